package dev.saga.delivery.work;

import reactor.core.publisher.Mono;

/**
 * Runs a command that a caller started, to its end, even if the caller goes away. A transaction that is cancelled from
 * outside leaves its connection in doubt; a command that is half done helps nobody.
 */
public final class Detached {
    private Detached() {}

    /**
     * The same work. It starts at each subscription; a cancelled subscription no longer receives the result, and the work
     * goes on.
     */
    public static <T> Mono<T> run(Mono<T> work) {
        return Mono.defer(work::cache);
    }
}
