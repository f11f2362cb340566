package dev.saga.delivery;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The pause after a batch of middling size: what arrives meanwhile shares the next transaction, so that under load batches
 * grow and each event costs less. After a small batch there is none, so that a saga that comes alone never waits for
 * company; nor after a large one, so that a lane that is behind catches up.
 */
final class Linger {
    /** Events that come more slowly than so many a batch are handled as they come. */
    static final int LEAST = 32;

    /** A batch as large as this has paid for its transaction. */
    static final int ENOUGH = 200;

    private final Mono<Void> pause;

    /** @param pause zero for none */
    Linger(Duration pause) {
        this.pause = pause.isZero() ? Mono.empty() : Mono.delay(pause).then();
    }

    /** Completes when the next batch may be taken. */
    Mono<Void> after(int events) {
        return events >= LEAST && events < ENOUGH ? pause : Mono.empty();
    }
}
