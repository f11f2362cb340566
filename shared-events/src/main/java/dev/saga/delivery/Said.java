package dev.saga.delivery;

import dev.saga.events.Envelope;
import dev.saga.events.SagaEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that was decided and is not yet stored.
 *
 * @param causationId id of the event that caused it; null where a person or a deadline did
 * @param traceparent the trace context it continues; null starts a trace of its own
 */
public record Said(
        SagaEvent event,
        @Nullable UUID causationId,
        @Nullable String traceparent) {
    public static Said because(Envelope cause, SagaEvent event) {
        return new Said(event, cause.id(), cause.traceparent());
    }

    public static Said first(SagaEvent event, @Nullable String traceparent) {
        return new Said(event, null, traceparent);
    }
}
