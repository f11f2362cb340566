package dev.saga.delivery.inbox;

import dev.saga.delivery.work.PoisonException;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * A service's part of the saga: handles the events that it consumes.
 *
 * @param <S> the state that a batch of events touches
 */
public interface EventHandler<S> {

    /**
     * Returns the types that this service handles. Other known types on the same topics are acknowledged without
     * effect.
     */
    Set<EventType> consumes();

    /**
     * Loads the state that a batch of events touches, and locks it until the end of the transaction, in the same order
     * for every batch. The inbox calls this before it knows which events are new; the query shares a round trip with
     * the recording of the events.
     */
    Mono<S> load(List<Envelope> events);

    /**
     * Changes state for a batch of events, in their order. Runs inside the transaction that also records the events and
     * stores the resulting events, so it may run again after a failure: it must have no effect outside the database.
     *
     * @param fresh events that were not handled before, at least one, each once; in order per saga
     * @param state the state that was loaded for these events and others
     * @return the events to publish and the writes; fails with {@link PoisonException} for events that can never be
     *     handled
     */
    Mono<Handled> handle(List<Envelope> fresh, S state);
}
