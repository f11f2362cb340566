package dev.saga.delivery.wire;

import dev.saga.event.Contract;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a CloudEvent, without its data. Every method that reads one rejects a value that breaks the
 * contract.
 */
final class EventAttributes {
    private final Contract contract;
    private final Map<String, String> texts = new HashMap<>();

    EventAttributes(Contract contract) {
        this.contract = contract;
    }

    void put(String name, String text) {
        texts.put(name, WellFormed.of(text));
    }

    boolean has(String name) {
        return texts.containsKey(name);
    }

    boolean is(String name, String text) {
        return text.equals(texts.get(name));
    }

    /**
     * Returns the value of an attribute.
     *
     * @throws ContractViolation if the attribute is missing, is empty or is not a string
     */
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
            return contract.type(text);
        } catch (IllegalArgumentException unknown) {
            throw ContractViolation.unknownType(text);
        }
    }

    /**
     * Returns the saga that the subject names.
     *
     * @throws ContractViolation if the subject is not equal to the key, or is not the id of a saga
     */
    TransactionId saga(byte @Nullable [] key) {
        String subject = text("subject");
        if (key == null || !subject.equalsIgnoreCase(new String(key, StandardCharsets.UTF_8))) {
            throw new ContractViolation("the key is not the subject");
        }
        try {
            return TransactionId.of(subject);
        } catch (IllegalArgumentException other) {
            throw new ContractViolation("the subject is " + other.getMessage());
        }
    }

    /**
     * Returns the event with its envelope.
     *
     * @param arrived the event's time if it has no time of its own
     */
    Envelope envelope(SagaEvent event, Instant arrived) {
        return new Envelope(
                id("id"),
                text("source"),
                has("time") ? time() : arrived,
                has("causationid") ? id("causationid") : null,
                texts.get("traceparent"),
                event);
    }

    /**
     * Returns the event's time.
     *
     * @throws ContractViolation if it is missing or is not a time of RFC 3339
     */
    Instant time() {
        String text = text("time");
        try {
            return Rfc3339.parse(text);
        } catch (DateTimeException e) {
            throw new ContractViolation("time is not RFC 3339: " + text);
        }
    }

    /** Reads an id. CloudEvents allows any text; an id that is not a UUID is mapped to a name-based UUID. */
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
