package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.Arrival.Flaw;
import dev.saga.delivery.wire.WellFormed;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.delivery.work.PoisonException;
import dev.saga.event.Envelope;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Finds the record that makes a batch fail: halves the batch until the record is alone, then parks it. A record that
 * cannot be parked as it is, is parked in a smaller form.
 */
final class BatchHalving {
    private static final Logger LOG = LoggerFactory.getLogger(BatchHalving.class);
    private static final Duration BEFORE_SECOND_CHANCE = Duration.ofSeconds(1);

    private final Function<List<Arrival>, Mono<Void>> attempt;

    /** @param attempt handles a batch in one transaction, and retries it while it fails for a transient reason */
    BatchHalving(Function<List<Arrival>, Mono<Void>> attempt) {
        this.attempt = attempt;
    }

    /** Handles a batch; completes when each of its records is handled or parked. */
    Mono<Void> take(List<Arrival> batch) {
        return attempt.apply(batch)
                .onErrorResume(PoisonException.class, poison -> take(withFlaws(batch, poison)))
                .onErrorResume(FailurePolicy::isWorthHalving, fault -> halve(batch));
    }

    private static List<Arrival> withFlaws(List<Arrival> batch, PoisonException poison) {
        return batch.stream()
                .map(arrival -> {
                    Envelope envelope = arrival.envelope();
                    String reason = envelope == null ? null : poison.reasons().get(envelope);
                    return reason == null ? arrival : arrival.withFlaw(new Flaw(poison.kind(), reason));
                })
                .toList();
    }

    private Mono<Void> halve(List<Arrival> batch) {
        if (batch.size() == 1) {
            return secondChance(batch.getFirst());
        }
        int middle = batch.size() / 2;
        return take(batch.subList(0, middle)).then(Mono.defer(() -> take(batch.subList(middle, batch.size()))));
    }

    /**
     * Tries a record that fails alone once more after a pause, because a driver can fail in unexpected ways while it
     * loses its server.
     */
    private Mono<Void> secondChance(Arrival alone) {
        return Mono.delay(BEFORE_SECOND_CHANCE)
                .then(Mono.defer(() -> attempt.apply(List.of(alone))))
                .onErrorResume(again -> alone.flaw() == null, fault -> park(alone, fault))
                .onErrorResume(again -> attempt.apply(List.of(alone.bare())));
    }

    private Mono<Void> park(Arrival alone, Throwable fault) {
        LOG.error("record cannot be handled place={} transaction_id={}", alone.place(), alone.transactionId(), fault);
        return attempt.apply(List.of(alone.withFlaw(Flaw.ofHandler(reason(fault)))));
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : WellFormed.of(failure.getMessage());
    }
}
