package dev.saga.delivery;

import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent.RejectReason;
import dev.saga.events.Money;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.PaymentToken;
import dev.saga.events.ProductId;
import dev.saga.events.TransactionId;
import dev.saga.events.UserId;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** How the contract writes its value types in JSON: names in snake case, a value type as the one value in it. */
final class EventJson {
    private EventJson() {}

    static JsonMapper mapper() {
        return JsonMapper.builder()
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
    }

    private static SimpleModule valueTypes() {
        var module = new SimpleModule("saga");
        text(module, TransactionId.class, TransactionId::text, TransactionId::of);
        text(module, UserId.class, UserId::text, UserId::new);
        text(module, ProductId.class, ProductId::text, ProductId::new);
        text(module, PaymentToken.class, PaymentToken::text, PaymentToken::new);
        reason(module, CancelReason.class, CancelReason.OTHER);
        reason(module, RejectReason.class, RejectReason.OTHER);
        reason(module, FailReason.class, FailReason.OTHER);
        module.addDeserializer(String.class, new StdDeserializer<String>(String.class) {
            @Override
            public String deserialize(JsonParser in, DeserializationContext context) {
                return in.hasToken(JsonToken.VALUE_STRING)
                        ? WellFormed.of(in.getString())
                        : (String) context.handleUnexpectedToken(context.constructType(String.class), in);
            }
        });
        value(
                module,
                Money.class,
                (money, out) -> out.writeNumber(money.minor()),
                (in, context) -> new Money(context.readValue(in, Long.class)));
        return module;
    }

    /** A reason that a later version has added is read as {@code other}. */
    private static <E extends Enum<E>> void reason(SimpleModule module, Class<E> type, E other) {
        text(
                module,
                type,
                Enum::name,
                name -> Arrays.stream(type.getEnumConstants())
                        .filter(known -> known.name().equals(name))
                        .findFirst()
                        .orElse(other));
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
