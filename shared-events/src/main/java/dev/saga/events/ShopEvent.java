package dev.saga.events;

import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;

/**
 * An event of the shop. The kinds are sealed: a switch over them is exhaustive, and a new event does not compile until
 * every reader has a case for it.
 */
public sealed interface ShopEvent extends SagaEvent permits OrderEvent, InventoryEvent, PaymentEvent {

    @Override
    ShopEventType type();

    /** The event of an envelope that was read by the {@link Shop#CONTRACT}. */
    static ShopEvent of(Envelope envelope) {
        return (ShopEvent) envelope.event();
    }
}
