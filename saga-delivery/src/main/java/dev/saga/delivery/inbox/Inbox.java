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
 * Handles consumed records, one batch per local transaction: records the events, calls the service's handler, stores
 * the events to publish, and parks records that cannot be handled. The transaction commits all of this or nothing.
 */
public final class Inbox<S> {
    /** The maximum bytes of payload per transaction. */
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

    /** Signals that a transaction started without a check for dead letters, but there are some. */
    private static final class LettersExist extends RuntimeException {
        LettersExist() {
            super("there are dead letters", null, false, false);
        }
    }

    /**
     * Handles a batch, in one transaction unless its payload exceeds 4 MiB or half of the longest statement that the
     * database accepts. Completes after the commit, when every record is handled or parked. Retries for as long as the
     * database is unavailable.
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
        boolean checksLetters = lettersExist || batch.stream().anyMatch(arrival -> arrival.event() == null);
        return (checksLetters ? withLetters(batch) : withoutLetters(batch))
                .as(transactions::transactional)
                .onErrorResume(LettersExist.class, some -> Mono.defer(() -> transaction(batch)));
    }

    /**
     * Handles a batch as if there were no dead letters, because they are rare. The statement that records the events
     * also returns if any exist; then the transaction starts again.
     */
    private Mono<Handled> withoutLetters(List<Arrival> batch) {
        return handleTriaged(Triage.of(batch, Standing.NONE), false);
    }

    private Mono<Handled> withLetters(List<Arrival> batch) {
        return deadLetters
                .exist()
                .doOnNext(some -> lettersExist = some)
                .flatMap(some -> some ? deadLetters.standing(batch) : Mono.just(Standing.NONE))
                .map(standing -> Triage.of(batch, standing))
                .flatMap(triage -> handleTriaged(triage, true));
    }

    private Mono<Handled> handleTriaged(Triage triage, boolean lettersChecked) {
        return recordAndHandle(triage.live(), lettersChecked)
                .delayUntil(handled -> park(triage))
                .doOnSuccess(handled -> metrics.handled(
                        triage.envelopes().size(), triage.parked().size()));
    }

    /**
     * Parks records. If another transaction has parked some of them already, this batch relies on a commit that it has
     * only read, so it raises the commit barrier.
     */
    private Mono<Void> park(Triage triage) {
        return deadLetters
                .park(triage.parked())
                .flatMap(added -> triage.skipped() || added < triage.parked().size() ? barrier.raise() : Mono.empty());
    }

    private Mono<Handled> recordAndHandle(List<LoggedEvent> events, boolean lettersChecked) {
        List<Envelope> live = events.stream().map(LoggedEvent::envelope).toList();
        return Sql.together(log.add(events), load(live))
                .delayUntil(known -> lettersChecked ? Mono.empty() : failWhereLettersExist(known.getT1()))
                .flatMap(known -> handleFresh(events, known.getT1().fresh(), known.getT2()));
    }

    private Mono<Void> failWhereLettersExist(Recorded recorded) {
        Mono<Boolean> exist = recorded.fresh().isEmpty() ? deadLetters.exist() : Mono.just(recorded.lettersExist());
        return exist.filter(some -> some).flatMap(some -> {
            lettersExist = true;
            return Mono.error(new LettersExist());
        });
    }

    /** Loads the handler's state; does not call the handler if there are no events. */
    private Mono<Optional<S>> load(List<Envelope> live) {
        return live.isEmpty() ? Mono.just(Optional.empty()) : handler.load(live).map(Optional::of);
    }

    private Mono<Handled> handleFresh(List<LoggedEvent> live, Set<UUID> recorded, Optional<S> state) {
        List<Envelope> fresh = live.stream()
                .filter(event -> recorded.contains(event.key()))
                .map(LoggedEvent::envelope)
                .toList();
        Mono<Handled> handled = fresh.isEmpty()
                ? Mono.just(new Handled(List.of(), Mono.empty()))
                : handler.handle(fresh, state.orElseThrow());
        return handled.delayUntil(done -> Sql.pipelined(done.writes(), outbox.add(done.events())))
                .delayUntil(done -> fresh.size() == live.size() ? Mono.empty() : barrier.raise());
    }

    /**
     * Handles dead letters of one saga again, oldest first, and marks them as resolved, all in one transaction.
     *
     * @return number of letters; fails if one of them still cannot be handled, and then all of them stay
     */
    Mono<Integer> replay(List<Long> letterIds, EventCodec codec) {
        return deadLetters
                .lock(letterIds)
                .map(letter -> letter.arrival(codec))
                .collectList()
                .flatMap(letters -> handleAgain(letters).thenReturn(letters.size()))
                .delayUntil(replayed -> deadLetters.resolve(letterIds))
                .as(transactions::retrying);
    }

    private Mono<Handled> handleAgain(List<Arrival> letters) {
        return letters.stream()
                .filter(letter -> letter.event() == null)
                .findFirst()
                .<Mono<Handled>>map(flawed ->
                        Mono.error(new ContractViolation(Objects.requireNonNullElse(flawed.flaw(), "unreadable"))))
                .orElseGet(() -> recordAndHandle(
                        Triage.of(letters.stream().filter(this::concernsUs).toList(), Standing.NONE)
                                .live(),
                        true));
    }
}
