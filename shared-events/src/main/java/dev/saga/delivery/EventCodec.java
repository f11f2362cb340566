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
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
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

    private static SimpleModule valueTypes() {
        var module = new SimpleModule("saga");
        text(module, TransactionId.class, TransactionId::text, TransactionId::of);
        text(module, UserId.class, UserId::text, UserId::new);
        text(module, ProductId.class, ProductId::text, ProductId::new);
        text(module, PaymentToken.class, PaymentToken::text, PaymentToken::new);
        value(
                module,
                Money.class,
                (money, out) -> out.writeNumber(money.minor()),
                (in, context) -> new Money(context.readValue(in, Long.class)));
        return module;
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
        value(
                module,
                type,
                (typed, out) -> out.writeString(write.apply(typed)),
                (in, context) -> read.apply(
                        in.hasToken(JsonToken.VALUE_STRING) ? in.getString() : context.readValue(in, String.class)));
    }

    /** A value type is written as the one value in it. */
    private static <T> void value(
            SimpleModule module,
            Class<T> type,
            BiConsumer<T, JsonGenerator> write,
            BiFunction<JsonParser, DeserializationContext, T> read) {
        module.addSerializer(new StdSerializer<T>(type) {
            @Override
            public void serialize(T typed, JsonGenerator out, SerializationContext context) {
                write.accept(typed, out);
            }
        });
        module.addDeserializer(type, new StdDeserializer<T>(type) {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) {
                return read.apply(in, context);
            }
        });
    }
}
