package dev.saga.events;

import dev.saga.event.Topic;
import java.util.Locale;

/** A topic of the contract: each has one producing service. */
public enum ShopTopic implements Topic {
    ORDER,
    INVENTORY,
    PAYMENT;

    /** The name in Kafka, before a deployment's prefix: {@code order}, {@code inventory}, {@code payment}. */
    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
