package dev.saga.event;

/** Something that happened in one saga, or that a service asks for. A set of services seals its own events below it. */
public interface SagaEvent {

    /** The saga; also the record's key in Kafka and the CloudEvent's {@code subject}. */
    TransactionId transactionId();

    EventType type();

    /** A few words for a person, besides the type; empty if the type says everything. */
    String detail();
}
