package dev.saga.delivery.outbox;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The start of a relay's round.
 *
 * @param cursor the position from which the round reads
 * @param sent rows that were sent and are still stored
 * @param deletesSent if true, the round first deletes these rows: there are many of them, they are in the way, or the
 *     relay is idle
 */
record RelayRound(RelayCursor cursor, List<Long> sent, boolean deletesSent) {
    static final RelayRound FIRST = new RelayRound(RelayCursor.START, List.of(), false);
    static final Duration AFTER_FAILURE = Duration.ofMillis(200);
    private static final Duration LEAST_PAUSE = Duration.ofMillis(20);

    /**
     * The result of a round.
     *
     * @param next position of the next round
     * @param failed true if some events were not sent, or if the round did not start at the beginning
     * @param everything true if nothing is left to send
     */
    record Outcome(RelayRound next, boolean failed, boolean everything) {
        /** Returns the next round, after a pause if nothing is left or a send failed; {@code ring} ends the pause. */
        Mono<RelayRound> pause(Mono<Void> ring, Duration idle) {
            if (failed && next.cursor().isAtStart()) {
                return Mono.delay(LEAST_PAUSE)
                        .then(Mono.firstWithSignal(
                                ring, Mono.delay(AFTER_FAILURE).then()))
                        .thenReturn(next);
            }
            return everything
                    ? Mono.firstWithSignal(
                            ring.thenReturn(next),
                            Mono.delay(idle).thenReturn(new RelayRound(next.cursor(), next.sent(), true)))
                    : Mono.just(next);
        }
    }
}
