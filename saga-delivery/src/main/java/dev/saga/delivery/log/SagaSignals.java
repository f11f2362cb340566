package dev.saga.delivery.log;

import dev.saga.delivery.work.Signal;
import dev.saga.event.TransactionId;
import java.util.Collection;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Wakes those who wait for something to happen to a saga. Sagas share bells, so now and then it is for nothing: about
 * twice a second where ten thousand events a second are recorded.
 */
final class SagaSignals {
    private static final int BELLS = 4096;

    private final Signal[] bells = Stream.generate(Signal::new).limit(BELLS).toArray(Signal[]::new);

    /** Something has happened to these. */
    void ring(Collection<TransactionId> sagas) {
        sagas.stream().mapToInt(SagaSignals::bell).distinct().forEach(bell -> bells[bell].ring());
    }

    /** Completes at the first ring after this call. */
    Mono<Void> listen(TransactionId saga) {
        return bells[bell(saga)].listen();
    }

    private static int bell(TransactionId saga) {
        return Math.floorMod(saga.hashCode(), BELLS);
    }
}
