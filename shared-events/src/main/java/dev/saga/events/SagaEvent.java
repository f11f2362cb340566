package dev.saga.events;

/**
 * Something that a service says about one saga. The kinds are sealed, so a switch over them is exhaustive and a new
 * event does not compile until every reader has thought of it.
 */
public sealed interface SagaEvent permits OrderEvent, InventoryEvent, PaymentEvent {

    /** The saga; also the order's id, the record's key in Kafka and the CloudEvent's {@code subject}. */
    TransactionId transactionId();

    EventType type();

    /** What a person wants to know besides the type, in a few words; empty where the type says it all. */
    String detail();
}
