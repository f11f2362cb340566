package dev.saga.delivery.work;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Computes the pause before the next batch while batches are of medium size. Events that arrive in the pause share the
 * next transaction, so that under load batches grow and each event costs less. There is no pause while batches are
 * small, so that a saga that arrives alone never waits. There is none while batches are large either, so that a
 * consumer that is behind catches up.
 *
 * <p>A burst often begins with a small batch. The remembered size is therefore halved with each small batch instead of
 * replaced: the pauses end after a few small batches in a row, not after the first.
 */
public final class Linger {
    /** The batch size below which there is no pause. */
    static final int LEAST = 32;

    /** The batch size from which there is no pause: the cost of its transaction is spread over enough events. */
    static final int ENOUGH = 200;

    private final Mono<Void> pause;
    private int recent;

    /** @param pause length of the pause; zero for none */
    public Linger(Duration pause) {
        this.pause = pause.isZero() ? Mono.empty() : Mono.delay(pause).then();
    }

    /** Remembers the size of a batch. */
    public synchronized void took(int events) {
        recent = Math.max(events, recent / 2);
    }

    /** Completes when the next batch may be taken. */
    public synchronized Mono<Void> pause() {
        return recent >= LEAST && recent < ENOUGH ? pause : Mono.empty();
    }
}
