package dev.saga.delivery.inbox;

import dev.saga.delivery.outbox.OutgoingEvent;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The result of handling a batch.
 *
 * @param events events to publish, in the order in which they were decided
 * @param writes stores the new state; sent to the database together with the events
 */
public record Handled(List<OutgoingEvent> events, Mono<?> writes) {}
