package dev.saga.delivery;

import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import dev.saga.events.SagaEvent;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What a CloudEvent says of itself, beside its data. Every reading method refuses what breaks the contract. */
final class EventAttributes {
    private final Map<String, String> texts = new HashMap<>();

    void put(String name, String text) {
        texts.put(name, text);
    }

    boolean has(String name) {
        return texts.containsKey(name);
    }

    boolean is(String name, String text) {
        return text.equals(texts.get(name));
    }

    /** @throws ContractViolation it is missing, empty, or no text */
    String text(String name) {
        String text = texts.get(name);
        if (text == null || text.isEmpty()) {
            throw new ContractViolation(name + " is missing");
        }
        return text;
    }

    EventType type() {
        String text = text("type");
        try {
            return EventType.valueOf(text);
        } catch (IllegalArgumentException unknown) {
            throw new ContractViolation("unknown type " + text);
        }
    }

    /** The event with its envelope. */
    Envelope envelope(SagaEvent event) {
        return new Envelope(
                id("id"),
                text("source"),
                time(),
                has("causationid") ? id("causationid") : null,
                texts.get("traceparent"),
                event);
    }

    private Instant time() {
        String text = text("time");
        try {
            return Rfc3339.parse(text);
        } catch (DateTimeException e) {
            throw new ContractViolation("time is not RFC 3339: " + text);
        }
    }

    /** CloudEvents allows any text as an id. One that is no UUID is known here by the UUID made of its name. */
    private UUID id(String name) {
        String text = text(name);
        try {
            return text.length() == 36 ? UUID.fromString(text) : named(text);
        } catch (IllegalArgumentException notAUuid) {
            return named(text);
        }
    }

    private static UUID named(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
