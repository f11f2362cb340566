package dev.saga.order;

import dev.saga.order.domain.Order;

/** What became of a wish to order. */
public sealed interface SubmissionResult {

    /** A new order. */
    record Fresh(Order order) implements SubmissionResult {}

    /** The order that the same key and body made before. */
    record Replayed(Order order) implements SubmissionResult {}

    /** The key was used for another body: nothing happened. */
    record KeyReused() implements SubmissionResult {}

    /** The order that the key made is gone: nothing happened. */
    record Gone() implements SubmissionResult {}
}
