/** Consumes the topics: bounded in bytes, one consumer per partition at a time, and offsets only after the commit. */
@NullMarked
package dev.saga.delivery.consumer;

import org.jspecify.annotations.NullMarked;
