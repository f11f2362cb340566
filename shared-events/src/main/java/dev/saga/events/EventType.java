package dev.saga.events;

/** The {@code type} of an event, as written on the wire, with the topic it is said on and the record it is read into. */
public enum EventType {
    ORDER_CREATED(Topic.ORDER, OrderEvent.Created.class),
    ORDER_CANCEL(Topic.ORDER, OrderEvent.Cancel.class),
    ORDER_CONFIRMED(Topic.ORDER, OrderEvent.Confirmed.class),
    ORDER_CANCELLED(Topic.ORDER, OrderEvent.Cancelled.class),
    INVENTORY_RESERVED(Topic.INVENTORY, InventoryEvent.Reserved.class),
    INVENTORY_REJECTED(Topic.INVENTORY, InventoryEvent.Rejected.class),
    INVENTORY_RELEASED(Topic.INVENTORY, InventoryEvent.Released.class),
    PAYMENT_COMPLETED(Topic.PAYMENT, PaymentEvent.Completed.class),
    PAYMENT_FAILED(Topic.PAYMENT, PaymentEvent.Failed.class),
    PAYMENT_VOIDED(Topic.PAYMENT, PaymentEvent.Voided.class),
    PAYMENT_REFUNDED(Topic.PAYMENT, PaymentEvent.Refunded.class);

    private final Topic topic;
    private final Class<? extends SagaEvent> record;

    EventType(Topic topic, Class<? extends SagaEvent> record) {
        this.topic = topic;
        this.record = record;
    }

    public Topic topic() {
        return topic;
    }

    public Class<? extends SagaEvent> record() {
        return record;
    }
}
