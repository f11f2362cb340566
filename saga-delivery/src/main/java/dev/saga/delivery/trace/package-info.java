/** The traces of sagas: every event carries its trace context, and spans are recorded if a collector is configured. */
@NullMarked
package dev.saga.delivery.trace;

import org.jspecify.annotations.NullMarked;
