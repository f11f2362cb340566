package dev.saga.delivery.work;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Wakes those who wait. Listen first, then look whether there is work, then wait: no ring is missed. */
public final class Signal {
    private Sinks.Empty<Void> next = Sinks.empty();

    /** Wakes everybody who listened before. */
    public void ring() {
        swapped().tryEmitEmpty();
    }

    private synchronized Sinks.Empty<Void> swapped() {
        Sinks.Empty<Void> current = next;
        next = Sinks.empty();
        return current;
    }

    /** Completes at the first ring after this call. */
    public synchronized Mono<Void> listen() {
        return next.asMono();
    }
}
