package dev.saga.events;

import dev.saga.event.EventType;

/** The {@code type} of an event as written on the wire, with its topic and the record that holds it. */
public enum ShopEventType implements EventType {
    ORDER_CREATED(ShopTopic.ORDER, OrderEvent.Created.class),
    ORDER_CANCEL(ShopTopic.ORDER, OrderEvent.Cancel.class),
    ORDER_CONFIRMED(ShopTopic.ORDER, OrderEvent.Confirmed.class),
    ORDER_CANCELLED(ShopTopic.ORDER, OrderEvent.Cancelled.class),
    INVENTORY_RESERVED(ShopTopic.INVENTORY, InventoryEvent.Reserved.class),
    INVENTORY_REJECTED(ShopTopic.INVENTORY, InventoryEvent.Rejected.class),
    INVENTORY_RELEASED(ShopTopic.INVENTORY, InventoryEvent.Released.class),
    PAYMENT_COMPLETED(ShopTopic.PAYMENT, PaymentEvent.Completed.class),
    PAYMENT_FAILED(ShopTopic.PAYMENT, PaymentEvent.Failed.class),
    PAYMENT_VOIDED(ShopTopic.PAYMENT, PaymentEvent.Voided.class),
    PAYMENT_REFUNDED(ShopTopic.PAYMENT, PaymentEvent.Refunded.class);

    private final ShopTopic topic;
    private final Class<? extends ShopEvent> record;

    ShopEventType(ShopTopic topic, Class<? extends ShopEvent> record) {
        this.topic = topic;
        this.record = record;
    }

    @Override
    public ShopTopic topic() {
        return topic;
    }

    @Override
    public Class<? extends ShopEvent> record() {
        return record;
    }
}
