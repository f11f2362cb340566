package dev.saga.event;

/**
 * A topic of a contract. Exactly one service publishes on it. The enum of a set of services implements this interface.
 */
public interface Topic {

    /** Returns the name in Kafka without the deployment's prefix: lower-case letters, digits and {@code -}. */
    String text();
}
