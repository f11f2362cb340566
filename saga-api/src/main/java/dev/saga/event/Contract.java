package dev.saga.event;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The topics and event types that a set of services shares, and the JSON form of their value types. All other fields of
 * an event are written by name, in snake case.
 *
 * @param topics every topic; each service creates the topics that are missing
 * @param types every event type, by its name; a record of any other type is parked
 * @param texts value types that are written as one string
 * @param numbers value types that are written as one whole number
 * @param reasons enums whose unknown names are read as a given constant, so that a later version can add names
 */
public record Contract(
        List<Topic> topics,
        Map<String, EventType> types,
        List<TextForm<?>> texts,
        List<NumberForm<?>> numbers,
        List<ReasonForm<?>> reasons) {

    /**
     * A value type that is written as one string; {@code read} throws IllegalArgumentException for an invalid string.
     */
    public record TextForm<T>(Class<T> type, Function<T, String> write, Function<String, T> read) {}

    /**
     * A value type that is written as one whole number; {@code read} throws IllegalArgumentException for an invalid
     * number.
     */
    public record NumberForm<T>(Class<T> type, ToLongFunction<T> write, LongFunction<T> read) {}

    /** An enum whose unknown names are read as {@code other}. */
    public record ReasonForm<E extends Enum<E>>(Class<E> type, E other) {}

    public Contract {
        topics = List.copyOf(topics);
        types = Map.copyOf(types);
        texts = List.copyOf(texts);
        numbers = List.copyOf(numbers);
        reasons = List.copyOf(reasons);
    }

    /** Creates a contract with these topics and types; its only value type is {@link TransactionId}. */
    public static Contract of(Topic[] topics, EventType[] types) {
        return new Contract(
                List.of(topics),
                Arrays.stream(types).collect(Collectors.toMap(EventType::name, type -> type)),
                List.of(new TextForm<>(TransactionId.class, TransactionId::text, TransactionId::of)),
                List.of(),
                List.of());
    }

    /** Returns a copy with one more value type that is written as one string. */
    public <T> Contract withText(Class<T> type, Function<T, String> write, Function<String, T> read) {
        return new Contract(topics, types, plus(texts, new TextForm<>(type, write, read)), numbers, reasons);
    }

    /** Returns a copy with one more value type that is written as one whole number. */
    public <T> Contract withNumber(Class<T> type, ToLongFunction<T> write, LongFunction<T> read) {
        return new Contract(topics, types, texts, plus(numbers, new NumberForm<>(type, write, read)), reasons);
    }

    /** Returns a copy with one more enum whose unknown names are read as {@code other}. */
    public <E extends Enum<E>> Contract withReason(Class<E> type, E other) {
        return new Contract(topics, types, texts, numbers, plus(reasons, new ReasonForm<>(type, other)));
    }

    private static <T> List<T> plus(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }

    /**
     * Finds an event type by its name.
     *
     * @throws IllegalArgumentException if no event of this contract has that type
     */
    public EventType type(String name) {
        EventType type = types.get(name);
        if (type == null) {
            throw new IllegalArgumentException("unknown type " + name);
        }
        return type;
    }
}
