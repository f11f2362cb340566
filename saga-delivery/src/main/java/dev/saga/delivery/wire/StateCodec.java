package dev.saga.delivery.wire;

import dev.saga.delivery.work.Ids;
import dev.saga.event.Contract;
import dev.saga.event.StateType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Encodes and decodes the states of compacted topics as CloudEvents 1.0. Writes structured JSON; reads structured and
 * binary mode.
 */
public final class StateCodec {
    private final Contract contract;
    private final String source;
    private final Ids ids;
    private final Clock clock;
    private final JsonMapper json;
    private final ObjectReader trees;

    /** @param source the service that publishes the encoded states, for instance {@code /inventory-svc} */
    public StateCodec(Contract contract, String source, Ids ids, Clock clock) {
        this.contract = contract;
        this.source = source;
        this.ids = ids;
        this.clock = clock;
        this.json = EventJson.mapper(contract);
        this.trees = json.readerFor(JsonNode.class)
                .with(
                        DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** The form on the wire; the names are those of CloudEvents. */
    private record Wire(
            String specversion,
            String id,
            String source,
            String type,
            String subject,
            String time,
            String datacontenttype,
            Object data) {}

    /**
     * Encodes a state with a new id and the current time. A reader judges the age of the state by this time: call it
     * while the transaction holds the lock of what the state describes.
     */
    public <T> byte[] encode(StateType<T> type, T state) {
        return json.writeValueAsBytes(new Wire(
                "1.0",
                ids.next().toString(),
                source,
                type.name(),
                type.key().apply(state),
                clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
                "application/json",
                state));
    }

    /** A decoded state and the time at which it was true, by the clock of the publisher. */
    public record Decoded<T>(T state, Instant time) {}

    /**
     * Decodes a Kafka record.
     *
     * @param arrived the record's own time; used if the event has no time
     * @throws ContractViolation if the record is not a state of this type; the message gives the reason
     */
    public <T> Decoded<T> decode(
            StateType<T> type, byte @Nullable [] key, Payload value, EventHeaders headers, Instant arrived) {
        if (value.isCut()) {
            throw new ContractViolation("the value has " + value.length() + " bytes");
        }
        try {
            JsonNode whole = trees.readValue(value.bytes());
            EventAttributes attributes = attributes(whole, headers);
            require(attributes.is("specversion", "1.0"), "not a CloudEvent 1.0");
            require(attributes.is("type", type.name()), "the type is not " + type.name());
            JsonNode data = headers.isBinary() ? whole : whole.path("data");
            require(data.isObject(), "data is missing");
            T state = json.treeToValue(data, type.record());
            requireKey(key, attributes.text("subject"), type.key().apply(state));
            return new Decoded<>(state, attributes.has("time") ? attributes.time() : arrived);
        } catch (JacksonException e) {
            Throwable cause = e.getCause();
            throw new ContractViolation(
                    "not a state: " + (cause == null ? e.getOriginalMessage() : cause.getMessage()));
        }
    }

    private EventAttributes attributes(JsonNode whole, EventHeaders headers) {
        var attributes = new EventAttributes(contract);
        if (headers.isBinary()) {
            headers.attributes().forEach(attributes::put);
        } else {
            whole.properties().stream()
                    .filter(field -> field.getValue().isString())
                    .forEach(field ->
                            attributes.put(field.getKey(), field.getValue().asString()));
        }
        return attributes;
    }

    private static void requireKey(byte @Nullable [] key, String subject, String keyOfState) {
        require(
                key != null && subject.equals(new String(key, StandardCharsets.UTF_8)) && subject.equals(keyOfState),
                "the key, the subject and the data name different things");
    }

    private static void require(boolean holds, String violation) {
        if (!holds) {
            throw new ContractViolation(violation);
        }
    }
}
