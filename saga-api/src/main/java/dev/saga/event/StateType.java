package dev.saga.event;

import java.util.function.Function;

/**
 * A type of state on a compacted topic. Each state is a CloudEvent whose subject is the key of its record.
 *
 * @param name the CloudEvent's {@code type}
 * @param record the record class of the CloudEvent's data
 * @param key returns the key of a state: 1 to 200 printable ASCII characters without spaces
 */
public record StateType<T>(StateTopic topic, String name, Class<T> record, Function<T, String> key) {}
