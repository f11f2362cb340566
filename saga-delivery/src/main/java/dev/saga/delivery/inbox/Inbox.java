package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.Standings.Standing;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.log.EventLog;
import dev.saga.delivery.log.EventLog.LoggedEvent;
import dev.saga.delivery.log.EventLog.Recorded;
import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.sql.CommitBarrier;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.wire.ContractViolation;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.Envelope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Handles what arrives, a batch in one local transaction: records the events, lets the service change its state, stores
 * what it publishes, parks what cannot be handled. Either all of that is committed or none of it is.
 */
public final class Inbox<S> {
    /** Bytes of payload in one transaction. */
    private static final long MOST_PAYLOAD = 4 << 20;

    private final EventHandler<S> handler;
    private final EventLog log;
    private final Outbox outbox;
    private final DeadLetters deadLetters;
    private final CommitBarrier barrier;
    private final Transactions transactions;
    private final StatementLimit limit;
    private final DeliveryMetrics metrics;
    private final BatchHalving halving = new BatchHalving(this::attempt);
    private volatile boolean lettersExist;

    public Inbox(
            EventHandler<S> handler,
            EventLog log,
            Outbox outbox,
            DeadLetters deadLetters,
            CommitBarrier barrier,
            Transactions transactions,
            StatementLimit limit,
            DeliveryMetrics metrics) {
        this.handler = handler;
        this.log = log;
        this.outbox = outbox;
        this.deadLetters = deadLetters;
        this.barrier = barrier;
        this.transactions = transactions;
        this.limit = limit;
        this.metrics = metrics;
    }

    /** The transaction was begun as if there were no dead letters, but there are. */
    private static final class LettersExist extends RuntimeException {
        LettersExist() {
            super("there are dead letters", null, false, false);
        }
    }

    /**
     * Handles a batch, in one transaction unless it has more than 4 MiB; completes after the commit, and not before every
     * record of it is either handled or parked. Waits and tries again for as long as the database is away.
     */
    public Mono<Void> take(List<Arrival> batch) {
        List<Arrival> concerning = batch.stream().filter(this::concernsUs).toList();
        return concerning.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(Arrival.portions(concerning, Math.min(MOST_PAYLOAD, limit.most() / 2)))
                        .concatMap(halving::take)
                        .then();
    }

    private boolean concernsUs(Arrival arrival) {
        Envelope envelope = arrival.envelope();
        return envelope == null || handler.consumes().contains(envelope.event().type());
    }

    private Mono<Void> attempt(List<Arrival> batch) {
        return transaction(batch)
                .retryWhen(FailurePolicy.whileTransient(batch.size(), metrics::retried))
                .then();
    }

    private Mono<Handled> transaction(List<Arrival> batch) {
        boolean asks = lettersExist || batch.stream().anyMatch(arrival -> arrival.event() == null);
        return (asks ? withLetters(batch) : withoutLetters(batch))
                .as(transactions::transactional)
                .onErrorResume(LettersExist.class, some -> Mono.defer(() -> transaction(batch)));
    }

    /** Dead letters are rare: all is done as if there were none, and recording the events tells of them. */
    private Mono<Handled> withoutLetters(List<Arrival> batch) {
        return done(Triage.of(batch, Standing.NONE), false);
    }

    private Mono<Handled> withLetters(List<Arrival> batch) {
        return deadLetters
                .exist()
                .doOnNext(some -> lettersExist = some)
                .flatMap(some -> some ? deadLetters.standing(batch) : Mono.just(Standing.NONE))
                .map(standing -> Triage.of(batch, standing))
                .flatMap(sorted -> done(sorted, true));
    }

    private Mono<Handled> done(Triage sorted, boolean lettersAsked) {
        return handled(sorted.live(), lettersAsked)
                .delayUntil(handled -> parked(sorted))
                .doOnSuccess(handled -> metrics.handled(
                        sorted.envelopes().size(), sorted.parked().size()));
    }

    /** If a rival has parked some of it already, this batch relies on a commit that it has only seen. */
    private Mono<Void> parked(Triage sorted) {
        return deadLetters
                .park(sorted.parked())
                .flatMap(added -> sorted.skipped() || added < sorted.parked().size() ? barrier.raise() : Mono.empty());
    }

    private Mono<Handled> handled(List<LoggedEvent> events, boolean lettersAsked) {
        List<Envelope> live = events.stream().map(LoggedEvent::envelope).toList();
        return Sql.together(log.add(events), loaded(live))
                .delayUntil(known -> lettersAsked ? Mono.empty() : failWhereLettersExist(known.getT1()))
                .flatMap(known -> handled(events, known.getT1().fresh(), known.getT2()));
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

    private Mono<Handled> handled(List<LoggedEvent> live, Set<UUID> recorded, Optional<S> state) {
        List<Envelope> fresh = live.stream()
                .filter(event -> recorded.contains(event.key()))
                .map(LoggedEvent::envelope)
                .toList();
        Mono<Handled> handled = fresh.isEmpty()
                ? Mono.just(new Handled(List.of(), Mono.empty()))
                : handler.handle(fresh, state.orElseThrow());
        return handled.delayUntil(done -> Sql.pipelined(done.writes(), outbox.add(done.said())))
                .delayUntil(done -> fresh.size() == live.size() ? Mono.empty() : barrier.raise());
    }

    /**
     * Handles dead letters of one saga again, oldest first, and removes them, all in one transaction.
     *
     * @return how many they were; fails if one of them still cannot be handled, and then all of them stay
     */
    Mono<Integer> replay(List<Long> letterIds, EventCodec codec) {
        return deadLetters
                .lock(letterIds)
                .map(letter -> letter.arrival(codec))
                .collectList()
                .flatMap(letters -> handledAgain(letters).thenReturn(letters.size()))
                .delayUntil(replayed -> deadLetters.resolve(letterIds))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(5));
    }

    private Mono<Handled> handledAgain(List<Arrival> letters) {
        return letters.stream()
                .filter(letter -> letter.event() == null)
                .findFirst()
                .<Mono<Handled>>map(flawed ->
                        Mono.error(new ContractViolation(Objects.requireNonNullElse(flawed.flaw(), "unreadable"))))
                .orElseGet(() -> handled(
                        Triage.of(letters.stream().filter(this::concernsUs).toList(), Standing.NONE)
                                .live(),
                        true));
    }
}
