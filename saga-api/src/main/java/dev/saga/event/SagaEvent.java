package dev.saga.event;

/** A fact that happened in one saga, or a request to a service. A set of services seals its own events below it. */
public interface SagaEvent {

    /** Returns the id of the saga; also the record's key in Kafka and the CloudEvent's {@code subject}. */
    TransactionId transactionId();

    EventType type();

    /** Returns a few words for a person, in addition to the type; empty if the type is enough. */
    String detail();
}
