/** The payment and its decisions on events and on outcomes of the gateway: pure functions, no I/O, no clock. */
@NullMarked
package dev.saga.payment.domain;

import org.jspecify.annotations.NullMarked;
