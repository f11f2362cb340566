package dev.saga.order.intake;

import dev.saga.events.value.ProductId;
import dev.saga.order.domain.Order;

/** The result of a submission. */
public sealed interface SubmissionResult {

    /** A new order. */
    record Fresh(Order order) implements SubmissionResult {}

    /** The order that an earlier submission with the same key and body made. */
    record Replayed(Order order) implements SubmissionResult {}

    /** The key was used with another body; nothing was stored. */
    record KeyReused() implements SubmissionResult {}

    /** The order that the key made no longer exists; nothing was stored. */
    record Gone() implements SubmissionResult {}

    /** The known stock of this product cannot cover the order; nothing was stored. */
    record OutOfStock(ProductId productId) implements SubmissionResult {}
}
