package dev.saga.events;

import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;

/**
 * An event of the shop. The interface is sealed: after a new event is added, a switch over the events compiles only
 * once it has a case for that event.
 */
public sealed interface ShopEvent extends SagaEvent permits OrderEvent, InventoryEvent, PaymentEvent {

    @Override
    ShopEventType type();

    /** Returns the event of an envelope that was decoded with the {@link Shop#CONTRACT}. */
    static ShopEvent of(Envelope envelope) {
        return (ShopEvent) envelope.event();
    }
}
