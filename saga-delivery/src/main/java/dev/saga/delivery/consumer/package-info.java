/** Reads the topics: bounded in bytes, one worker per partition, and offsets only after the commit. */
@NullMarked
package dev.saga.delivery.consumer;

import org.jspecify.annotations.NullMarked;
