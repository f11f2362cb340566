package dev.saga.delivery;

import dev.saga.delivery.EventLog.Recorded;
import dev.saga.delivery.Standings.Standing;
import dev.saga.events.Envelope;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Handles what arrives, a batch in one local transaction: records the events, lets the service change its state, stores
 * what it says, parks what cannot be handled. Either all of that is committed or none of it is.
 */
public final class Inbox<S> {
    private static final Duration BEFORE_SECOND_CHANCE = Duration.ofSeconds(1);

    /** Of one transaction, in bytes: MariaDB takes statements of 16 MiB, and a payload's quotes are doubled. */
    private static final int MOST_PAYLOAD = 4 << 20;

    private final EventHandler<S> handler;
    private final EventLog log;
    private final Outbox outbox;
    private final DeadLetters deadLetters;
    private final CommitBarrier barrier;
    private final Transactions transactions;
    private final DeliveryMetrics metrics;
    private volatile boolean lettersExist;

    Inbox(
            EventHandler<S> handler,
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

    /** The transaction was begun as if there were no dead letters, but there are. */
    private static final class LettersExist extends RuntimeException {
        LettersExist() {
            super("there are dead letters", null, false, false);
        }
    }

    /**
     * Handles a batch, in one transaction unless it is uncommonly long; completes after the commit, and not before every
     * record of it is either handled or parked. Waits and tries again for as long as the database is away.
     */
    Mono<Void> take(List<Arrival> batch) {
        List<Arrival> concerning = batch.stream().filter(this::concernsUs).toList();
        return concerning.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(Arrival.portions(concerning, MOST_PAYLOAD))
                        .concatMap(this::taken)
                        .then();
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
        boolean asks = lettersExist || batch.stream().anyMatch(arrival -> arrival.envelope() == null);
        return (asks ? withLetters(batch) : withoutLetters(batch))
                .as(transactions::transactional)
                .onErrorResume(LettersExist.class, some -> Mono.defer(() -> transaction(batch)));
    }

    /** Dead letters are rare: all is done as if there were none, and recording the events tells of them. */
    private Mono<Handled> withoutLetters(List<Arrival> batch) {
        return done(Sorted.of(batch, Standing.NONE), false);
    }

    private Mono<Handled> withLetters(List<Arrival> batch) {
        return deadLetters
                .exist()
                .doOnNext(some -> lettersExist = some)
                .flatMap(some -> some ? deadLetters.standing(batch) : Mono.just(Standing.NONE))
                .map(standing -> Sorted.of(batch, standing))
                .flatMap(sorted -> done(sorted, true));
    }

    private Mono<Handled> done(Sorted sorted, boolean lettersAsked) {
        return handled(sorted, lettersAsked)
                .delayUntil(handled -> deadLetters.park(sorted.parked()))
                .doOnSuccess(handled -> metrics.handled(sorted.envelopes(), sorted.parked()));
    }

    private Mono<Handled> handled(Sorted sorted, boolean lettersAsked) {
        List<Envelope> live = sorted.envelopes();
        return Sql.together(log.add(sorted.live()), loaded(live))
                .delayUntil(known -> lettersAsked ? Mono.empty() : failWhereLettersExist(known.getT1()))
                .flatMap(known -> handled(live, known.getT1().fresh(), known.getT2()));
    }

    private Mono<Void> failWhereLettersExist(Recorded recorded) {
        Mono<Boolean> exist = recorded.fresh().isEmpty() ? deadLetters.exist() : Mono.just(recorded.lettersExist());
        return exist.filter(some -> some).flatMap(some -> {
            lettersExist = true;
            return Mono.error(new LettersExist());
        });
    }

    /** What the handler loads; a handler is not asked about nothing. */
    private Mono<Optional<S>> loaded(List<Envelope> live) {
        return live.isEmpty() ? Mono.just(Optional.empty()) : handler.load(live).map(Optional::of);
    }

    private Mono<Handled> handled(List<Envelope> live, Set<UUID> recorded, Optional<S> state) {
        List<Envelope> fresh =
                live.stream().filter(event -> recorded.contains(event.id())).toList();
        Mono<Handled> handled = fresh.isEmpty()
                ? Mono.just(new Handled(List.of(), Mono.empty()))
                : handler.handle(fresh, state.orElseThrow());
        return handled.delayUntil(done -> Sql.pipelined(done.writes(), outbox.say(done.said())))
                .delayUntil(done -> fresh.size() == live.size() ? Mono.empty() : barrier.raise());
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
        return handled(new Sorted(concernsUs(arrival) ? List.of(arrival.heard()) : List.of(), List.of()), true);
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
