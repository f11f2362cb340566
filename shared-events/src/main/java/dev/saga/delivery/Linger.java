package dev.saga.delivery;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The pause after a large batch: what arrives meanwhile shares the next transaction, so that under load batches grow and
 * each event costs less. After a small batch there is none, so that a saga that comes alone never waits for company.
 */
final class Linger {
    /** A batch as large as this has paid for its transaction; events that come more slowly are handled as they come. */
    static final int LARGE = 32;

    private final Mono<Void> pause;

    /** @param pause zero for none */
    Linger(Duration pause) {
        this.pause = pause.isZero() ? Mono.empty() : Mono.delay(pause).then();
    }

    /** Completes when the next batch may be taken. */
    Mono<Void> after(int events) {
        return events >= LARGE ? pause : Mono.empty();
    }
}
