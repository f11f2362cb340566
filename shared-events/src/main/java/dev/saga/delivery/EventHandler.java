package dev.saga.delivery;

import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** What a service does with events: its part of the saga. */
public interface EventHandler {

    /** The types that this service acts on. Other known types on the same topics are acknowledged unread. */
    Set<EventType> consumes();

    /**
     * Changes state for a batch of events, in their order. Runs inside the transaction that also records the events and
     * stores what is said, so it may run again after a failure: no effect outside the database.
     *
     * @param fresh events seen for the first time, each once; in order per saga
     * @return what to say and do; fails with {@link PoisonException} for events that can never be handled
     */
    Mono<Handled> handle(List<Envelope> fresh);
}
