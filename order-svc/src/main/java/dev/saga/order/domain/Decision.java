package dev.saga.order.domain;

import dev.saga.events.OrderEvent;
import java.util.List;

/** The new state of an order and the events to publish; both are stored together. */
public record Decision(Order order, List<OrderEvent> events) {
    static Decision of(Order order, OrderEvent... events) {
        return new Decision(order, List.of(events));
    }

    /** Returns a decision without a change and without events. */
    static Decision none(Order order) {
        return of(order);
    }
}
