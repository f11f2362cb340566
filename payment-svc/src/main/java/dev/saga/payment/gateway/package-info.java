/** Who takes the money: the port to a payment gateway, the real one and the simulated one. */
@NullMarked
package dev.saga.payment.gateway;

import org.jspecify.annotations.NullMarked;
