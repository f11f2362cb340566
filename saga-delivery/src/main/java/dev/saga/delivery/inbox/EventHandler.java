package dev.saga.delivery.inbox;

import dev.saga.delivery.work.PoisonException;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * What a service does with events: its part of the saga.
 *
 * @param <S> the state that a batch of events touches
 */
public interface EventHandler<S> {

    /** The types that this service acts on. Other known types on the same topics are acknowledged without effect. */
    Set<EventType> consumes();

    /**
     * Loads what a batch of events touches and locks it until the end of the transaction, in the same order whatever the
     * batch. Asked for before it is known which of the events are fresh, together with that on one way to the database.
     */
    Mono<S> load(List<Envelope> events);

    /**
     * Changes state for a batch of events, in their order. Runs inside the transaction that also records the events and
     * stores what is said, so it may run again after a failure: no effect outside the database.
     *
     * @param fresh events seen for the first time, at least one, each once; in order per saga
     * @param state what was loaded for these events and others
     * @return what to say and do; fails with {@link PoisonException} for events that can never be handled
     */
    Mono<Handled> handle(List<Envelope> fresh, S state);
}
