/** What a payment is and how it answers events and the gateway: pure functions, no I/O, no clock. */
@NullMarked
package dev.saga.payment.domain;

import org.jspecify.annotations.NullMarked;
