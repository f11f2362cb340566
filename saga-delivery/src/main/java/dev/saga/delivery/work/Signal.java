package dev.saga.delivery.work;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Wakes waiting subscribers. To miss no signal, call {@link #listen} first, then check for work, then wait. */
public final class Signal {
    private Sinks.Empty<Void> next = Sinks.empty();

    /** Wakes every subscriber that called {@link #listen} before. */
    public void ring() {
        replace().tryEmitEmpty();
    }

    private synchronized Sinks.Empty<Void> replace() {
        Sinks.Empty<Void> current = next;
        next = Sinks.empty();
        return current;
    }

    /** Completes at the first {@link #ring} after this call. */
    public synchronized Mono<Void> listen() {
        return next.asMono();
    }
}
