package dev.saga.delivery;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import dev.saga.events.Money;
import dev.saga.events.PaymentToken;
import dev.saga.events.ProductId;
import dev.saga.events.SagaEvent;
import dev.saga.events.TransactionId;
import dev.saga.events.UserId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Events as CloudEvents 1.0 in structured JSON: writes the contract's form, and reads what keeps the contract. */
public final class EventCodec {
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";
    private static final int MOST_BYTES = 1_000_000;

    private final JsonMapper json = JsonMapper.builder()
            .addMixIn(TransactionId.class, IdMixIn.class)
            .addMixIn(UserId.class, NameMixIn.class)
            .addMixIn(ProductId.class, NameMixIn.class)
            .addMixIn(PaymentToken.class, NameMixIn.class)
            .addMixIn(Money.class, MoneyMixIn.class)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(any -> any.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** The form on the wire; names as CloudEvents has them. */
    private record Wire(
            String specversion,
            String id,
            String source,
            EventType type,
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
                envelope.event().type(),
                envelope.transactionId().text(),
                envelope.time().toString(),
                "application/json",
                envelope.causationId() == null ? null : envelope.causationId().toString(),
                envelope.traceparent(),
                envelope.event()));
    }

    /** What an event says, without its envelope, as JSON. */
    String data(SagaEvent event) {
        return json.writeValueAsString(event);
    }

    /**
     * Reads a record of Kafka.
     *
     * @throws ContractViolation the record is not an event of the contract; the message says why
     */
    Envelope decode(byte @Nullable [] key, byte @Nullable [] value) {
        if (value == null) {
            throw new ContractViolation("the value is null");
        }
        if (value.length > MOST_BYTES) {
            throw new ContractViolation("the value has " + value.length + " bytes, more than " + MOST_BYTES);
        }
        var reading = new Reading();
        try (JsonParser in = json.createParser(value)) {
            reading.object(in);
        } catch (JacksonException e) {
            throw new ContractViolation("not JSON: " + e.getOriginalMessage());
        }
        return reading.envelope(key);
    }

    /** What has been read of an event so far; attributes may come in any order. */
    private final class Reading {
        private final EventAttributes attributes = new EventAttributes();
        private @Nullable SagaEvent event;
        private @Nullable JsonNode early;

        void object(JsonParser in) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                JsonToken token = in.nextToken();
                switch (token) {
                    case VALUE_STRING -> attributes.put(name, in.getString());
                    case VALUE_NULL -> {}
                    case START_OBJECT -> object(name, in);
                    default -> other(name, in);
                }
            }
            if (in.nextToken() != null) {
                throw new ContractViolation("not JSON: something follows the event");
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

        Envelope envelope(byte @Nullable [] key) {
            if (!attributes.is("specversion", "1.0")) {
                throw new ContractViolation("not a CloudEvent 1.0");
            }
            EventType type = attributes.type();
            String subject = attributes.text("subject");
            if (key == null || !subject.equals(new String(key, StandardCharsets.UTF_8))) {
                throw new ContractViolation("the key is not the subject");
            }
            SagaEvent said = early == null ? event : event(type.record(), json.treeAsTokens(early));
            if (said == null) {
                throw new ContractViolation("data is missing");
            }
            if (!said.transactionId().text().equals(subject)) {
                throw new ContractViolation("data.transaction_id is not the subject");
            }
            return attributes.envelope(said);
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

    /** A value type is written as the one value in it, and read from it by what checks it. */
    private record NameMixIn(@JsonValue String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        NameMixIn {}
    }

    private record MoneyMixIn(@JsonValue long minor) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        MoneyMixIn {}
    }

    private interface IdMixIn {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static TransactionId of(String text) {
            return TransactionId.of(text);
        }

        @JsonValue
        String text();
    }
}
