package dev.saga.delivery.outbox;

import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that was decided and is not yet stored.
 *
 * @param causationId id of the event that caused it; null if a person or a deadline caused it
 * @param traceparent the trace context that it continues; null if it starts a new trace
 */
public record OutgoingEvent(
        SagaEvent event,
        @Nullable UUID causationId,
        @Nullable String traceparent) {
    /** Creates an event that another event caused. */
    public static OutgoingEvent because(Envelope cause, SagaEvent event) {
        return new OutgoingEvent(event, cause.id(), cause.traceparent());
    }

    /** Creates an event that no other event caused. */
    public static OutgoingEvent first(SagaEvent event, @Nullable String traceparent) {
        return new OutgoingEvent(event, null, traceparent);
    }
}
