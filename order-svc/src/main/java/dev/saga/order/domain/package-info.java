/** The order and its decisions on events: pure functions, no I/O, no clock. */
@NullMarked
package dev.saga.order.domain;

import org.jspecify.annotations.NullMarked;
