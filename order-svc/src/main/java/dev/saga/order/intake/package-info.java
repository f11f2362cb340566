/** Accepts orders: a bounded number at once, each Idempotency-Key once, and many per transaction. */
@NullMarked
package dev.saga.order.intake;

import org.jspecify.annotations.NullMarked;
