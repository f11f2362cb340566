package dev.saga.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way: the attributes of a CloudEvent around what was said.
 *
 * @param id the event's own id; the same event delivered twice has the same
 * @param source who said it, {@code /order-svc} for instance
 * @param time when it was decided, by the clock of its service
 * @param causationId the id of the event that caused this one; null on the first of a saga and after a deadline
 * @param traceparent the W3C trace context it belongs to
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
