package dev.saga.events;

import dev.saga.event.Topic;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Returns the services that read the topic, because they act on one of its types at least. */
    public Set<Participant> consumers() {
        return Stream.of(ShopEventType.values())
                .filter(type -> type.topic() == this)
                .flatMap(type -> type.consumers().stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
