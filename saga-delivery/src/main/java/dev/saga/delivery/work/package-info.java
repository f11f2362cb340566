/** Building blocks for work in the background: batches, signals, retries, lifecycles and limits of log lines. */
@NullMarked
package dev.saga.delivery.work;

import org.jspecify.annotations.NullMarked;
