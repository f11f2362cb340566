package dev.saga.delivery.work;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The pause before the next batch while batches are of middling size: what arrives meanwhile shares its transaction, so
 * that under load batches grow and each event costs less. While batches are small there is none, so that a saga that comes
 * alone never waits for company; nor while they are large, so that a lane that is behind catches up.
 *
 * <p>A burst often begins with a small batch. So what was taken is forgotten by halves: pauses end after a few small batches
 * in a row, not after the first.
 */
public final class Linger {
    /** Events that come more slowly than so many a batch are handled as they come. */
    static final int LEAST = 32;

    /** A batch as large as this has paid for its transaction. */
    static final int ENOUGH = 200;

    private final Mono<Void> pause;
    private int recent;

    /** @param pause zero for none */
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
