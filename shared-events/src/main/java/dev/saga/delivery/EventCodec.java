package dev.saga.delivery;

import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import dev.saga.events.Money;
import dev.saga.events.PaymentToken;
import dev.saga.events.ProductId;
import dev.saga.events.SagaEvent;
import dev.saga.events.TransactionId;
import dev.saga.events.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Events as CloudEvents 1.0 in structured JSON: writes the contract's form, and reads what keeps the contract. */
public final class EventCodec {
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";
    private static final int MOST_BYTES = 1_000_000;
    private static final Set<String> NAMES =
            Arrays.stream(EventType.values()).map(EventType::name).collect(Collectors.toUnmodifiableSet());

    private final JsonMapper json = JsonMapper.builder()
            .addModule(valueTypes())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(
                    any -> any.withValueInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
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

    /** Whether this is an event of another type of the contract than those; no more is read than it takes to tell. */
    boolean isForOthers(byte @Nullable [] value, Set<EventType> ours) {
        try (JsonParser in = json.createParser(value == null ? new byte[0] : value)) {
            String type = in.nextToken() == JsonToken.START_OBJECT ? typeOf(in) : null;
            return type != null && NAMES.contains(type) && !ours.contains(EventType.valueOf(type));
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private static @Nullable String typeOf(JsonParser in) {
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (name.equals("type")) {
                return in.nextStringValue();
            }
            in.nextToken();
            in.skipChildren();
        }
        return null;
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
        private final Map<String, String> attributes = new HashMap<>();
        private @Nullable SagaEvent event;
        private @Nullable JsonNode early;

        void object(JsonParser in) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                JsonToken token = in.nextToken();
                if (token == JsonToken.VALUE_STRING) {
                    attributes.put(name, in.getString());
                } else if (token == JsonToken.START_OBJECT && name.equals("data")) {
                    data(in);
                } else {
                    in.skipChildren();
                }
            }
            if (in.nextToken() != null) {
                throw new ContractViolation("not JSON: something follows the event");
            }
        }

        private void data(JsonParser in) {
            if (attributes.containsKey("type")) {
                event = event(type(attribute("type")).record(), in);
            } else {
                early = json.readTree(in);
            }
        }

        Envelope envelope(byte @Nullable [] key) {
            if (!"1.0".equals(attributes.get("specversion"))) {
                throw new ContractViolation("not a CloudEvent 1.0");
            }
            EventType type = type(attribute("type"));
            String subject = attribute("subject");
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
            String cause = attributes.get("causationid");
            return new Envelope(
                    eventId(attribute("id")),
                    attribute("source"),
                    time(attribute("time")),
                    cause == null ? null : eventId(cause),
                    attributes.get("traceparent"),
                    said);
        }

        private String attribute(String name) {
            String value = attributes.get(name);
            if (value == null || value.isEmpty()) {
                throw new ContractViolation(name + " is missing");
            }
            return value;
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

    private static EventType type(String text) {
        try {
            return EventType.valueOf(text);
        } catch (IllegalArgumentException unknown) {
            throw new ContractViolation("unknown type " + text);
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new ContractViolation("time is not RFC 3339: " + text);
        }
    }

    /** CloudEvents allows any text as an id. One that is no UUID is known here by the UUID made of its name. */
    private static UUID eventId(String text) {
        try {
            return text.length() == 36 ? UUID.fromString(text) : named(text);
        } catch (IllegalArgumentException notAUuid) {
            return named(text);
        }
    }

    private static UUID named(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static SimpleModule valueTypes() {
        var module = new SimpleModule("saga");
        as(module, TransactionId.class, String.class, TransactionId::text, TransactionId::of);
        as(module, UserId.class, String.class, UserId::text, UserId::new);
        as(module, ProductId.class, String.class, ProductId::text, ProductId::new);
        as(module, PaymentToken.class, String.class, PaymentToken::text, PaymentToken::new);
        as(module, Money.class, Long.class, Money::minor, Money::new);
        return module;
    }

    /** A value type is written as the one value in it. */
    private static <T, V> void as(
            SimpleModule module, Class<T> type, Class<V> value, Function<T, V> write, Function<V, T> read) {
        module.addSerializer(new StdSerializer<T>(type) {
            @Override
            public void serialize(T typed, JsonGenerator out, SerializationContext context) {
                out.writePOJO(write.apply(typed));
            }
        });
        module.addDeserializer(type, new StdDeserializer<T>(type) {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                return read.apply(context.readValue(in, value));
            }
        });
    }
}
