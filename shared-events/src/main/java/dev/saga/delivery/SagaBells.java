package dev.saga.delivery;

import dev.saga.events.TransactionId;
import java.util.Collection;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Wakes those who wait for something to happen to a saga. Sagas share bells, so now and then it is for nothing: about
 * twice a second where ten thousand events a second are recorded.
 */
final class SagaBells {
    private static final int BELLS = 4096;

    private final Bell[] bells = Stream.generate(Bell::new).limit(BELLS).toArray(Bell[]::new);

    /** Something has happened to these. */
    void ring(Collection<TransactionId> sagas) {
        sagas.stream().mapToInt(SagaBells::bell).distinct().forEach(bell -> bells[bell].ring());
    }

    /** Completes at the first ring after this call. */
    Mono<Void> listen(TransactionId saga) {
        return bells[bell(saga)].listen();
    }

    private static int bell(TransactionId saga) {
        return Math.floorMod(saga.hashCode(), BELLS);
    }
}
