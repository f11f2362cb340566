package dev.saga.event;

/**
 * A compacted topic that keeps at least the newest record of each key, for instance the stock of each product. Its records
 * are not steps of a saga. Exactly one service publishes on it.
 *
 * @param text the name in Kafka without the deployment's prefix: lower-case letters, digits and {@code -}
 */
public record StateTopic(String text) implements Topic {}
