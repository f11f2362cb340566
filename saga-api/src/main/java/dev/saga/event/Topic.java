package dev.saga.event;

/** A topic of a contract: one service publishes on it. The enum of a set of services implements it. */
public interface Topic {

    /** The name in Kafka, before a deployment's prefix; lower case letters, digits and {@code -}. */
    String text();
}
