/** The port to a payment gateway, and its HTTP implementation. */
@NullMarked
package dev.saga.payment.provider;

import org.jspecify.annotations.NullMarked;
