package dev.saga.delivery.outbox;

import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that was decided and is not yet stored.
 *
 * @param causationId id of the event that caused it; null where a person or a deadline did
 * @param traceparent the trace context it continues; null starts a trace of its own
 */
public record OutgoingEvent(
        SagaEvent event,
        @Nullable UUID causationId,
        @Nullable String traceparent) {
    public static OutgoingEvent because(Envelope cause, SagaEvent event) {
        return new OutgoingEvent(event, cause.id(), cause.traceparent());
    }

    public static OutgoingEvent first(SagaEvent event, @Nullable String traceparent) {
        return new OutgoingEvent(event, null, traceparent);
    }
}
