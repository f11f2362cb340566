/** Wires the delivery of events into a service: a Spring Boot starter. Events are delivered at least once, take effect once, and keep their order per saga. */
@NullMarked
package dev.saga.delivery;

import org.jspecify.annotations.NullMarked;
