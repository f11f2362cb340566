package dev.saga.delivery.wire;

import dev.saga.event.Contract;
import dev.saga.event.Contract.NumberForm;
import dev.saga.event.Contract.ReasonForm;
import dev.saga.event.Contract.TextForm;
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

/** Configures JSON for a contract: names in snake case, and each value type as the single value in it. */
final class EventJson {
    private EventJson() {}

    static JsonMapper mapper(Contract contract) {
        return JsonMapper.builder()
                .addModule(valueTypes(contract))
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

    private static SimpleModule valueTypes(Contract contract) {
        var module = new SimpleModule("saga");
        contract.texts().forEach(form -> text(module, form));
        contract.numbers().forEach(form -> number(module, form));
        contract.reasons().forEach(form -> reason(module, form));
        module.addDeserializer(String.class, new StdDeserializer<String>(String.class) {
            @Override
            public String deserialize(JsonParser in, DeserializationContext context) {
                return in.hasToken(JsonToken.VALUE_STRING)
                        ? WellFormed.of(in.getString())
                        : (String) context.handleUnexpectedToken(context.constructType(String.class), in);
            }
        });
        return module;
    }

    private static <T> void number(SimpleModule module, NumberForm<T> form) {
        value(
                module,
                form.type(),
                (typed, out) -> out.writeNumber(form.write().applyAsLong(typed)),
                (in, context) -> form.read().apply(context.readValue(in, Long.class)));
    }

    /** Reads an unknown constant, which a later version may have added, as the form's other constant. */
    private static <E extends Enum<E>> void reason(SimpleModule module, ReasonForm<E> form) {
        Function<String, E> read = name -> Arrays.stream(form.type().getEnumConstants())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElse(form.other());
        text(module, new TextForm<>(form.type(), Enum::name, read));
    }

    private static <T> void text(SimpleModule module, TextForm<T> form) {
        value(
                module,
                form.type(),
                (typed, out) -> out.writeString(form.write().apply(typed)),
                (in, context) -> form.read()
                        .apply(
                                in.hasToken(JsonToken.VALUE_STRING)
                                        ? in.getString()
                                        : context.readValue(in, String.class)));
    }

    /** Registers a value type that is written as the single value in it. */
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
