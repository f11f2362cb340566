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
 * Events as CloudEvents 1.0: writes structured JSON, the contract's form, and reads what keeps the contract, in structured
 * and in binary mode.
 */
public final class EventCodec {
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";

    private final Contract contract;
    private final JsonMapper json;

    public EventCodec(Contract contract) {
        this.contract = contract;
        this.json = EventJson.mapper(contract);
    }

    /** The form on the wire; names as CloudEvents has them. */
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

    /** One event as UTF-8 JSON. */
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

    /** What an event says, without its envelope, as JSON. */
    public String data(SagaEvent event) {
        return json.writeValueAsString(event);
    }

    /**
     * What a record has to say.
     *
     * @param whole if true, the record's value alone has everything; if false, some of it came with the record: its time, or
     *     its headers
     */
    public record Decoded(Envelope envelope, boolean whole) {}

    /**
     * Reads a whole event, as {@link #encode} writes it.
     *
     * @throws ContractViolation the value is not an event of the contract; the message says why
     */
    public Envelope decode(byte @Nullable [] key, byte @Nullable [] value) {
        Payload payload = value == null ? null : Payload.of(value);
        return decode(key, payload, EventHeaders.NONE, Instant.EPOCH).envelope();
    }

    /**
     * Reads a record of Kafka.
     *
     * @param arrived the record's own time: that of an event that does not say its own
     * @throws ContractViolation the record is not an event of the contract; the message says why
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
            throw violation.of(headers.isBinary() ? headers.attributes().get("subject") : subject(value.bytes()));
        }
    }

    /** The subject of what is JSON at least; null if there is none. */
    private @Nullable String subject(byte[] value) {
        try {
            JsonNode subject = json.readTree(value).path("subject");
            return subject.isString() ? subject.asString() : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /** What has been read of an event so far; attributes may come in any order. */
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
                throw new ContractViolation(name + " is there twice");
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

        /** Known by name alone: where a text is needed, it is missing. */
        private void other(String name, JsonParser in) {
            attributes.put(name, "");
            in.skipChildren();
        }

        /** Binary mode: the attributes are known, and the value is the data. */
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
            SagaEvent said = early == null ? event : event(type.record(), json.treeAsTokens(early));
            if (said == null) {
                throw new ContractViolation("data is missing");
            }
            if (!said.transactionId().equals(saga)) {
                throw new ContractViolation("data.transaction_id is not the subject");
            }
            return attributes.envelope(said, arrived);
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
