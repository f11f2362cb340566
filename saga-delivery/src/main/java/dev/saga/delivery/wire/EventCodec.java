package dev.saga.delivery.wire;

import dev.saga.event.Contract;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Encodes and decodes events as CloudEvents 1.0. Writes structured JSON, the form of the contract; reads structured and
 * binary mode.
 */
public final class EventCodec {
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";

    private final Contract contract;
    private final JsonMapper json;

    public EventCodec(Contract contract) {
        this.contract = contract;
        this.json = EventJson.mapper(contract);
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
            @Nullable String causationid,
            @Nullable String traceparent,
            SagaEvent data) {}

    /** Encodes one event as UTF-8 JSON. */
    public byte[] encode(Envelope envelope) {
        return json.writeValueAsBytes(new Wire(
                "1.0",
                envelope.id().toString(),
                envelope.source(),
                envelope.event().type().name(),
                envelope.transactionId().text(),
                envelope.time().toString(),
                "application/json",
                envelope.causationId() == null ? null : envelope.causationId().toString(),
                envelope.traceparent(),
                envelope.event()));
    }

    /** Encodes the data of an event as JSON, without its envelope. */
    public String data(SagaEvent event) {
        return json.writeValueAsString(event);
    }

    /**
     * A decoded record.
     *
     * @param whole true if the record's value contains the whole event; false if its time or its attributes came from
     *     the record's timestamp or headers
     */
    public record Decoded(Envelope envelope, boolean whole) {}

    /**
     * Decodes a whole event in the form that {@link #encode} writes.
     *
     * @throws ContractViolation if the value is not an event of the contract; the message gives the reason
     */
    public Envelope decode(byte @Nullable [] key, byte @Nullable [] value) {
        Payload payload = value == null ? null : Payload.of(value);
        return decode(key, payload, EventHeaders.NONE, Instant.EPOCH).envelope();
    }

    /**
     * Decodes a Kafka record.
     *
     * @param arrived the record's own time; used if the event has no time
     * @throws ContractViolation if the record is not an event of the contract; the message gives the reason
     */
    public Decoded decode(byte @Nullable [] key, @Nullable Payload value, EventHeaders headers, Instant arrived) {
        if (value == null) {
            throw new ContractViolation("the value is null");
        }
        if (value.isCut()) {
            throw new ContractViolation(
                    "the value has " + value.length() + " bytes, of which " + value.bytes().length + " are kept");
        }
        var reading = new Reading();
        try (JsonParser in = json.createParser(value.bytes())) {
            if (headers.isBinary()) {
                reading.data(headers, in);
            } else {
                reading.object(in);
            }
            Envelope envelope = reading.envelope(key, arrived);
            return new Decoded(envelope, !headers.isBinary() && reading.attributes.has("time"));
        } catch (JacksonException e) {
            throw ContractViolation.garbage("not JSON: " + e.getOriginalMessage());
        } catch (ContractViolation violation) {
            throw violation.withSubject(
                    headers.isBinary() ? headers.attributes().get("subject") : subject(value.bytes()));
        }
    }

    /** Returns the subject of a value that is valid JSON; null if there is none. */
    private @Nullable String subject(byte[] value) {
        try {
            JsonNode subject = json.readTree(value).path("subject");
            return subject.isString() ? subject.asString() : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /** The parts of an event that are parsed so far; attributes may come in any order. */
    private final class Reading {
        private final EventAttributes attributes = new EventAttributes(contract);
        private @Nullable SagaEvent event;
        private @Nullable JsonNode early;

        void object(JsonParser in) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw ContractViolation.garbage("not a CloudEvent 1.0");
            }
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                JsonToken token = in.nextToken();
                requireNew(name);
                switch (token) {
                    case VALUE_STRING -> attributes.put(name, in.getString());
                    case VALUE_NULL -> {}
                    case START_OBJECT -> object(name, in);
                    default -> other(name, in);
                }
            }
            requireEnd(in);
        }

        private void requireNew(String name) {
            if (attributes.has(name) || (name.equals("data") && (event != null || early != null))) {
                throw new ContractViolation(name + " appears twice");
            }
        }

        private void object(String name, JsonParser in) {
            if (!name.equals("data")) {
                other(name, in);
            } else if (attributes.has("type")) {
                event = event(attributes.type().record(), in);
            } else {
                early = json.readTree(in);
            }
        }

        /**
         * Keeps only the name of a value that is neither a string nor null; a read of it as a string then fails as
         * missing.
         */
        private void other(String name, JsonParser in) {
            attributes.put(name, "");
            in.skipChildren();
        }

        /** Reads binary mode: the headers carry the attributes, and the value is the data. */
        void data(EventHeaders headers, JsonParser in) {
            headers.attributes().forEach(attributes::put);
            if (in.nextToken() == JsonToken.START_OBJECT) {
                event = event(attributes.type().record(), in);
            }
            requireEnd(in);
        }

        private static void requireEnd(JsonParser in) {
            if (in.nextToken() != null) {
                throw new ContractViolation("not JSON: something follows the event");
            }
        }

        Envelope envelope(byte @Nullable [] key, Instant arrived) {
            if (!attributes.is("specversion", "1.0")) {
                throw new ContractViolation("not a CloudEvent 1.0");
            }
            EventType type = attributes.type();
            TransactionId saga = attributes.saga(key);
            SagaEvent parsed = early == null ? event : event(type.record(), json.treeAsTokens(early));
            if (parsed == null) {
                throw new ContractViolation("data is missing");
            }
            if (!parsed.transactionId().equals(saga)) {
                throw new ContractViolation("data.transaction_id is not the subject");
            }
            return attributes.envelope(parsed, arrived);
        }
    }

    private <E extends SagaEvent> E event(Class<E> record, JsonParser in) {
        try {
            return json.readValue(in, record);
        } catch (JacksonException e) {
            Throwable cause = e.getCause();
            throw new ContractViolation("data: " + (cause == null ? e.getOriginalMessage() : cause.getMessage()));
        }
    }
}
