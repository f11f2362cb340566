/** Building blocks for background work: batches, signals, retries, lifecycles and limits of log lines. */
@NullMarked
package dev.saga.delivery.work;

import org.jspecify.annotations.NullMarked;
