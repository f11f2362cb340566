package dev.saga.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event with the attributes of its CloudEvent.
 *
 * @param id the event's own id; it stays the same if the event is delivered again
 * @param source the service that published it, for instance {@code /order-svc}
 * @param time when the event was decided, by the clock of its service
 * @param causationId the id of the event that caused this one; null on the first event of a saga, and on
 *     one that a passed deadline caused
 * @param traceparent the W3C trace context of the event; null if it has none
 * @param event the data
 */
public record Envelope(
        UUID id,
        String source,
        Instant time,
        @Nullable UUID causationId,
        @Nullable String traceparent,
        SagaEvent event) {
    public Envelope {
        requireNonNull(id, "id is missing");
        requireNonNull(source, "source is missing");
        requireNonNull(time, "time is missing");
        requireNonNull(event, "data is missing");
    }

    public TransactionId transactionId() {
        return event.transactionId();
    }
}
