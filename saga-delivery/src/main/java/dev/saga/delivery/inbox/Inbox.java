package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.LetterQueries.LetterEffect;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.log.EventLog;
import dev.saga.delivery.log.EventLog.LoggedEvent;
import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.wire.ContractViolation;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.delivery.work.LogLimit;
import dev.saga.event.Envelope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Handles consumed records, one batch per local transaction: records the events, calls the service's handler, stores
 * the events to publish, and parks records that cannot be handled. The transaction commits all of this or nothing.
 */
public final class Inbox<S> {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    /** The maximum bytes of payload per transaction. */
    private static final long MOST_PAYLOAD = 4 << 20;

    private final EventHandler<S> handler;
    private final EventLog log;
    private final Outbox outbox;
    private final DeadLetters deadLetters;
    private final Transactions transactions;
    private final StatementLimit limit;
    private final DeliveryMetrics metrics;
    private final Spans spans;
    private final LetterCheck letterCheck;
    private final LogLimit parkedLines = new LogLimit();
    private final BatchHalving halving = new BatchHalving(this::attempt);

    public Inbox(
            EventHandler<S> handler,
            EventLog log,
            Outbox outbox,
            DeadLetters deadLetters,
            Transactions transactions,
            StatementLimit limit,
            DeliveryMetrics metrics,
            Spans spans) {
        this.handler = handler;
        this.log = log;
        this.outbox = outbox;
        this.deadLetters = deadLetters;
        this.transactions = transactions;
        this.limit = limit;
        this.metrics = metrics;
        this.spans = spans;
        this.letterCheck = new LetterCheck(deadLetters, transactions);
    }

    /**
     * Handles a batch, in one transaction unless its payload exceeds 4 MiB or half of the longest statement that the
     * database accepts. Completes after the commit, when every record is handled or parked. Retries for as long as the
     * database is unavailable.
     */
    public Mono<Void> take(List<Arrival> batch) {
        List<Arrival> concerning = batch.stream().filter(this::concernsUs).toList();
        return concerning.isEmpty() ? Mono.empty() : metrics.timed(handle(concerning));
    }

    private Mono<Void> handle(List<Arrival> batch) {
        return Flux.fromIterable(Arrival.portions(batch, Math.min(MOST_PAYLOAD, limit.most() / 2)))
                .concatMap(halving::take)
                .then();
    }

    private boolean concernsUs(Arrival arrival) {
        Envelope envelope = arrival.envelope();
        return envelope == null || handler.consumes().contains(envelope.event().type());
    }

    private Mono<Void> attempt(List<Arrival> batch) {
        return letterCheck
                .transaction(batch, this::handleOrPark)
                .retryWhen(FailurePolicy.whileTransient(batch.size(), metrics::retried))
                .then();
    }

    private Mono<Handled> handleOrPark(Triage triage) {
        return recordAndHandle(triage)
                .delayUntil(handled -> park(triage))
                .doOnSuccess(handled -> metrics.handled(
                        triage.envelopes().size(), triage.parked().size()));
    }

    /** Parks records. If another transaction has parked some of them already, this one relies on what it only read. */
    private Mono<Void> park(Triage triage) {
        return deadLetters
                .park(triage.parked())
                .flatMap(added -> triage.skipped() || added < triage.parked().size()
                        ? Transactions.requireDurableReads()
                        : Mono.empty())
                .then(Transactions.onceCommitted(() -> report(triage.parked())));
    }

    private void report(List<Arrival> parked) {
        for (Arrival arrival : parked) {
            if (arrival.flaw() != null) {
                report(arrival, arrival.flaw().text());
            }
        }
    }

    private void report(Arrival parked, String flaw) {
        if (parked.payload() != null) {
            spans.parked(parked.payload().bytes(), flaw);
        }
        parkedLines.log(leftOut -> LOG.warn(
                "record parked place={} transaction_id={} reason=\"{}\" lines_left_out={}",
                parked.place(),
                parked.transactionId(),
                flaw,
                leftOut));
    }

    private Mono<Handled> recordAndHandle(Triage triage) {
        List<LoggedEvent> events = triage.live();
        Instant start = spans.now();
        return Sql.together(log.add(events), load(triage.envelopes()))
                .delayUntil(known -> letterCheck.confirm(triage, known.getT1()))
                .flatMap(known -> handleFresh(events, known.getT1().fresh(), known.getT2(), start));
    }

    /** Loads the handler's state; does not call the handler if there are no events. */
    private Mono<Optional<S>> load(List<Envelope> live) {
        return live.isEmpty() ? Mono.just(Optional.empty()) : handler.load(live).map(Optional::of);
    }

    private Mono<Handled> handleFresh(List<LoggedEvent> live, Set<UUID> recorded, Optional<S> state, Instant start) {
        List<Envelope> fresh = live.stream()
                .filter(event -> recorded.contains(event.key()))
                .map(LoggedEvent::envelope)
                .toList();
        Mono<Handled> handled = fresh.isEmpty()
                ? Mono.just(new Handled(List.of(), Mono.empty()))
                : handler.handle(fresh, state.orElseThrow());
        return handled.delayUntil(done -> Sql.pipelined(done.writes(), outbox.add(done.events())))
                .delayUntil(done -> Transactions.onceCommitted(() -> spans.handled(fresh, start)))
                .delayUntil(done -> fresh.size() == live.size() ? Mono.empty() : Transactions.requireDurableReads());
    }

    /**
     * Handles dead letters of one saga again, oldest first, and marks them as resolved, all in one transaction.
     *
     * @param last a step at the end of the transaction; it receives the number of letters
     * @return number of letters; fails if one of them still cannot be handled, and then all of them stay
     */
    Mono<Integer> replay(List<Long> letterIds, EventCodec codec, Function<Integer, Mono<Void>> last) {
        return deadLetters
                .lock(letterIds)
                .map(letter -> letter.arrival(codec))
                .collectList()
                .flatMap(letters -> handleAgain(letters).thenReturn(letters.size()))
                .delayUntil(replayed -> deadLetters.resolve(letterIds))
                .delayUntil(last)
                .as(transactions::retrying);
    }

    private Mono<Handled> handleAgain(List<Arrival> letters) {
        return letters.stream()
                .filter(letter -> letter.event() == null)
                .findFirst()
                .<Mono<Handled>>map(flawed -> Mono.error(new ContractViolation(
                        flawed.flaw() == null ? "unreadable" : flawed.flaw().text())))
                .orElseGet(() -> recordAndHandle(
                        Triage.of(letters.stream().filter(this::concernsUs).toList(), LetterEffect.NONE)));
    }
}
