package dev.saga.delivery.log;

import dev.saga.delivery.work.Signal;
import dev.saga.event.TransactionId;
import java.util.Collection;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Wakes subscribers that wait for an event of a saga. Sagas share 4,096 signals, so a subscriber is sometimes woken for
 * another saga: about twice per second at 10,000 recorded events per second.
 */
final class SagaSignals {
    private static final int SIGNALS = 4096;

    private final Signal[] signals = Stream.generate(Signal::new).limit(SIGNALS).toArray(Signal[]::new);

    /** Wakes the subscribers of these sagas. */
    void ring(Collection<TransactionId> sagas) {
        sagas.stream().mapToInt(SagaSignals::index).distinct().forEach(index -> signals[index].ring());
    }

    /** Completes at the first signal after this call. */
    Mono<Void> listen(TransactionId saga) {
        return signals[index(saga)].listen();
    }

    private static int index(TransactionId saga) {
        return Math.floorMod(saga.hashCode(), SIGNALS);
    }
}
