package dev.saga.order.domain;

import dev.saga.events.OrderEvent;
import java.util.List;

/** What an order becomes and what is said about it; the two are stored together. */
public record Decision(Order order, List<OrderEvent> events) {
    static Decision of(Order order, OrderEvent... events) {
        return new Decision(order, List.of(events));
    }

    /** Nothing changes and nothing is said. */
    static Decision none(Order order) {
        return of(order);
    }
}
