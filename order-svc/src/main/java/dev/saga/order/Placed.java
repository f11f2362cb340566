package dev.saga.order;

import dev.saga.order.domain.Order;

/** What became of a wish to order. */
public sealed interface Placed {

    /** A new order. */
    record Fresh(Order order) implements Placed {}

    /** The order that the same key and body made before. */
    record Replayed(Order order) implements Placed {}

    /** The key was used for another body: nothing happened. */
    record KeyReused() implements Placed {}

    /** The order that the key made is gone: nothing happened. */
    record Gone() implements Placed {}
}
