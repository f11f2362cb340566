package dev.saga.delivery;

import dev.saga.events.Envelope;
import dev.saga.events.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Handles what arrives, a batch in one local transaction: records the events, lets the service change its state, stores
 * what it says, parks what cannot be handled. Either all of that is committed or none of it is.
 */
public final class Inbox {
    private static final Duration BEFORE_SECOND_CHANCE = Duration.ofSeconds(1);

    private final EventHandler handler;
    private final EventLog log;
    private final Outbox outbox;
    private final DeadLetters deadLetters;
    private final CommitBarrier barrier;
    private final Transactions transactions;
    private final DeliveryMetrics metrics;

    Inbox(
            EventHandler handler,
            EventLog log,
            Outbox outbox,
            DeadLetters deadLetters,
            CommitBarrier barrier,
            Transactions transactions,
            DeliveryMetrics metrics) {
        this.handler = handler;
        this.log = log;
        this.outbox = outbox;
        this.deadLetters = deadLetters;
        this.barrier = barrier;
        this.transactions = transactions;
        this.metrics = metrics;
    }

    /** What a batch comes to, once it is known which sagas are held. */
    private record Sorted(Collection<Envelope> live, List<Arrival> parked) {}

    /**
     * Handles a batch; completes after the commit, and not before every record of it is either handled or parked. Waits
     * and tries again for as long as the database is away.
     */
    Mono<Void> take(List<Arrival> batch) {
        List<Arrival> concerning = batch.stream().filter(this::concernsUs).toList();
        return concerning.isEmpty() ? Mono.empty() : taken(concerning);
    }

    private boolean concernsUs(Arrival arrival) {
        Envelope envelope = arrival.envelope();
        return envelope == null || handler.consumes().contains(envelope.event().type());
    }

    private Mono<Void> taken(List<Arrival> batch) {
        return attempt(batch)
                .onErrorResume(PoisonException.class, poison -> taken(marked(batch, poison)))
                .onErrorResume(failure -> halved(batch));
    }

    private Mono<Void> attempt(List<Arrival> batch) {
        return transaction(batch)
                .retryWhen(FailurePolicy.whileTransient().doBeforeRetry(metrics::retried))
                .then();
    }

    private Mono<Handled> transaction(List<Arrival> batch) {
        return deadLetters
                .standing(batch)
                .map(standing -> sort(batch, standing))
                .flatMap(sorted -> handled(sorted.live)
                        .flatMap(handled -> deadLetters.park(sorted.parked).thenReturn(handled))
                        .doOnSuccess(handled -> metrics.handled(sorted.live, sorted.parked)))
                .as(transactions::transactional);
    }

    private Mono<Handled> handled(Collection<Envelope> live) {
        return log.add(List.copyOf(live))
                .map(fresh -> live.stream().filter(e -> fresh.contains(e.id())).toList())
                .flatMap(fresh -> handledFirst(fresh)
                        .delayUntil(handled -> Sql.pipelined(handled.writes(), outbox.say(handled.said())))
                        .delayUntil(handled -> fresh.size() == live.size() ? Mono.empty() : barrier.raise()));
    }

    private Mono<Handled> handledFirst(List<Envelope> fresh) {
        return fresh.isEmpty() ? Mono.just(new Handled(List.of(), Mono.empty())) : handler.handle(fresh);
    }

    /**
     * Handles one dead letter again and removes it, in one transaction.
     *
     * @return empty where the letter is gone; fails where it still cannot be handled, and the letter stays
     */
    Mono<Void> replay(long letterId, EventCodec codec) {
        return deadLetters
                .lock(letterId)
                .map(letter -> letter.arrival(codec))
                .flatMap(this::handledAlone)
                .flatMap(handled -> deadLetters.resolve(letterId).thenReturn(handled))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(5))
                .then();
    }

    private Mono<Handled> handledAlone(Arrival arrival) {
        Envelope envelope = arrival.envelope();
        if (envelope == null) {
            return Mono.error(new ContractViolation(Objects.requireNonNullElse(arrival.flaw(), "unreadable")));
        }
        return handled(concernsUs(arrival) ? List.of(envelope) : List.of());
    }

    /** A record behind a parked one of its saga is parked too, whether that was in this batch or long ago. */
    private static Sorted sort(List<Arrival> batch, Standings.Standing standing) {
        Map<UUID, Envelope> live = new LinkedHashMap<>();
        List<Arrival> parked = new ArrayList<>();
        Set<TransactionId> holds = new HashSet<>(standing.held());
        for (Arrival arrival : batch) {
            if (standing.resolved().contains(arrival.place())) {
                continue;
            }
            Envelope envelope = arrival.envelope();
            if (envelope != null && !holds.contains(envelope.transactionId())) {
                live.putIfAbsent(envelope.id(), envelope);
                continue;
            }
            parked.add(arrival);
            if (arrival.transactionId() != null) {
                holds.add(arrival.transactionId());
            }
        }
        return new Sorted(live.values(), parked);
    }

    private static List<Arrival> marked(List<Arrival> batch, PoisonException poison) {
        return batch.stream()
                .map(arrival -> {
                    Envelope envelope = arrival.envelope();
                    String reason = envelope == null ? null : poison.reasons().get(envelope.id());
                    return reason == null ? arrival : arrival.flawed(reason);
                })
                .toList();
    }

    private Mono<Void> halved(List<Arrival> batch) {
        if (batch.size() == 1) {
            return secondChance(batch.getFirst());
        }
        int middle = batch.size() / 2;
        return taken(batch.subList(0, middle)).then(Mono.defer(() -> taken(batch.subList(middle, batch.size()))));
    }

    /** A record that fails alone is tried once more after a pause: a driver may say strange things as it loses its server. */
    private Mono<Void> secondChance(Arrival alone) {
        return Mono.delay(BEFORE_SECOND_CHANCE)
                .then(Mono.defer(() -> attempt(List.of(alone))))
                .onErrorResume(again -> alone.flaw() == null, again -> attempt(List.of(alone.flawed(reason(again)))));
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
