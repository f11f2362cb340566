/** The port to a payment gateway, with an HTTP and a simulated implementation. */
@NullMarked
package dev.saga.payment.gateway;

import org.jspecify.annotations.NullMarked;
