/** A simulated payment gateway, for demonstrations and tests. */
@NullMarked
package dev.saga.payment.provider.simulated;

import org.jspecify.annotations.NullMarked;
