package dev.saga.delivery.outbox;

import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that was decided and is not yet stored.
 *
 * @param causationId id of the event that caused it; null if a person or a deadline caused it
 * @param traceparent the trace context that it continues; null if it is not known
 * @param continuesSaga true if the saga has earlier events in the timeline of this service, whose trace it continues
 */
public record OutgoingEvent(
        SagaEvent event,
        @Nullable UUID causationId,
        @Nullable String traceparent,
        boolean continuesSaga) {
    /** Creates an event that another event caused. */
    public static OutgoingEvent because(Envelope cause, SagaEvent event) {
        return because(cause.id(), cause.traceparent(), event);
    }

    /** Creates an event that an earlier event caused. */
    public static OutgoingEvent because(UUID causationId, @Nullable String traceparent, SagaEvent event) {
        return new OutgoingEvent(event, causationId, traceparent, false);
    }

    /** Creates the first event of a saga; {@code traceparent} is the context of the request. */
    public static OutgoingEvent first(SagaEvent event, @Nullable String traceparent) {
        return new OutgoingEvent(event, null, traceparent, false);
    }

    /** Creates an event that a person or a deadline caused in a saga under way. */
    public static OutgoingEvent later(SagaEvent event) {
        return new OutgoingEvent(event, null, null, true);
    }
}
