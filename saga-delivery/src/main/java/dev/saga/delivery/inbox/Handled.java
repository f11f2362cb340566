package dev.saga.delivery.inbox;

import dev.saga.delivery.outbox.OutgoingEvent;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The outcome of handling a batch.
 *
 * @param said events to publish, in the order in which they were decided
 * @param writes stores the new state; sent to the database together with what is said
 */
public record Handled(List<OutgoingEvent> said, Mono<?> writes) {}
