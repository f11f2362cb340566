package dev.saga.events;

import dev.saga.event.EventType;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code type} of an event as written on the wire, with its topic, the record that holds it, and the services that
 * consume it. Consumers of the last events of a saga may be outside the shop.
 */
public enum ShopEventType implements EventType {
    ORDER_CREATED(ShopTopic.ORDER, OrderEvent.Created.class, Participant.INVENTORY),
    ORDER_CANCEL(ShopTopic.ORDER, OrderEvent.Cancel.class, Participant.INVENTORY, Participant.PAYMENT),
    ORDER_CONFIRMED(ShopTopic.ORDER, OrderEvent.Confirmed.class),
    ORDER_CANCELLED(ShopTopic.ORDER, OrderEvent.Cancelled.class),
    INVENTORY_RESERVED(ShopTopic.INVENTORY, InventoryEvent.Reserved.class, Participant.PAYMENT, Participant.ORDER),
    INVENTORY_REJECTED(ShopTopic.INVENTORY, InventoryEvent.Rejected.class, Participant.ORDER),
    INVENTORY_RELEASED(ShopTopic.INVENTORY, InventoryEvent.Released.class, Participant.ORDER),
    PAYMENT_COMPLETED(ShopTopic.PAYMENT, PaymentEvent.Completed.class, Participant.ORDER),
    PAYMENT_FAILED(ShopTopic.PAYMENT, PaymentEvent.Failed.class, Participant.ORDER),
    PAYMENT_VOIDED(ShopTopic.PAYMENT, PaymentEvent.Voided.class, Participant.ORDER),
    PAYMENT_REFUNDED(ShopTopic.PAYMENT, PaymentEvent.Refunded.class, Participant.ORDER);

    private final ShopTopic topic;
    private final Class<? extends ShopEvent> record;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final Set<Participant> consumers;

    ShopEventType(ShopTopic topic, Class<? extends ShopEvent> record, Participant... consumers) {
        this.topic = topic;
        this.record = record;
        this.consumers = Set.of(consumers);
    }

    @Override
    public ShopTopic topic() {
        return topic;
    }

    @Override
    public Class<? extends ShopEvent> record() {
        return record;
    }

    /** Returns the services that act on this event. */
    public Set<Participant> consumers() {
        return consumers;
    }

    /** Returns the types on which a service acts. */
    public static Set<EventType> consumedBy(Participant service) {
        return Stream.of(values())
                .filter(type -> type.consumers.contains(service))
                .collect(Collectors.toUnmodifiableSet());
    }
}
