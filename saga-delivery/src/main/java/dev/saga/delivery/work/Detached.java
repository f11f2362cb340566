package dev.saga.delivery.work;

import reactor.core.publisher.Mono;

/**
 * Runs a caller's command to its end, even if the caller disconnects. A transaction that is cancelled from outside
 * leaves its connection in an unknown state.
 */
public final class Detached {
    private Detached() {}

    /**
     * Returns the same work, detached from its caller. It starts at each subscription. A cancelled subscription
     * receives no result, but the work continues.
     */
    public static <T> Mono<T> run(Mono<T> work) {
        return Mono.defer(work::cache);
    }
}
