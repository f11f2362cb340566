package dev.saga.events;

import dev.saga.event.Topic;
import java.util.Locale;

/** A topic of the contract. Each topic has one producing service. */
public enum ShopTopic implements Topic {
    ORDER,
    INVENTORY,
    PAYMENT;

    /** Returns the name in Kafka without a deployment's prefix: {@code order}, {@code inventory} or {@code payment}. */
    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
