package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.InstanceName;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.lease.ShardLease;
import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.outbox.RelayRound.Outcome;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.work.LogLimit;
import dev.saga.delivery.work.Loop;
import dev.saga.delivery.work.Phase;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Publishes the events of the outbox. The relay reads rows in id order, sends their events, and deletes exactly those
 * that Kafka acknowledged: a few rows at a time, together with the read of a next page or when there is nothing to
 * send. One relay at a time works on a shard: it holds a lease in the database, which it renews together with
 * the read of a page, and releases at shutdown. A relay that lost its lease without noticing deletes nothing; like a
 * crash, it can cause at most one page of events to be published twice.
 *
 * <p>A round sends at most one event per saga. A failed send therefore delays the later events of its own saga only.
 */
public final class OutboxRelay extends Loop {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration AFTER_FAILURE = RelayRound.AFTER_FAILURE;
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Pause of a relay that waits for the lease; a leader that stops is replaced after it. */
    private static final Duration STANDBY = Duration.ofMillis(250);

    private final ConnectionFactory connections;
    private final DeliveryProperties properties;
    private final OutboxRows outbox;
    private final EventSender sender;
    private final Topics topics;
    private final CommittedRows committedRows;
    private final DeliveryMetrics metrics;
    private final String name = InstanceName.next();

    /** @param connections creates connections for the relay alone, not from a pool */
    public OutboxRelay(
            ConnectionFactory connections,
            DeliveryProperties properties,
            EventSender sender,
            Topics topics,
            CommittedRows committedRows,
            DeliveryMetrics metrics) {
        super(Phase.PUBLISH);
        this.connections = connections;
        this.properties = properties;
        this.outbox = new OutboxRows(properties, committedRows);
        this.sender = sender;
        this.topics = topics;
        this.committedRows = committedRows;
        this.metrics = metrics;
    }

    /** Works on one shard until shutdown; starts again with a new session after every failure. */
    private Mono<Void> shard(int shard) {
        metrics.leads(shard, false);
        return topics.ready()
                .then(Mono.defer(() -> sender.learn(topics.names())))
                .thenMany(Flux.usingWhen(session(), session -> lead(session, shard), Connection::close))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, AFTER_FAILURE)
                        .maxBackoff(Duration.ofSeconds(2))
                        .transientErrors(true)
                        .filter(failure -> isRunning())
                        .doBeforeRetry(retry -> LogLimit.FAILURES.log(leftOut -> LOG.warn(
                                "relay restarts shard={} reason=\"{}\" lines_left_out={}",
                                shard,
                                retry.failure().toString(),
                                leftOut))))
                .onErrorComplete()
                .then();
    }

    private Mono<Connection> session() {
        return Mono.<Connection>from(connections.create()).timeout(CONNECT);
    }

    private Flux<RelayRound> lead(Connection session, int shard) {
        return Mono.from(session.setAutoCommit(true))
                .then(ShardLease.prepare(session, shard))
                .then(acquireLease(session, shard))
                .flatMapMany(this::rounds);
    }

    private Flux<RelayRound> rounds(ShardLease lease) {
        return round(lease, RelayRound.FIRST)
                .doFirst(() -> metrics.leads(lease.shard(), true))
                .expand(current -> isRunning()
                        ? round(lease, current)
                        : OutboxRows.remove(lease, current.sent())
                                .then(lease.release())
                                .then(Mono.empty()))
                .doFinally(end -> metrics.leads(lease.shard(), false));
    }

    /** Waits until no other instance leads the shard. Empty if the shutdown comes first. */
    private Mono<ShardLease> acquireLease(Connection session, int shard) {
        return Mono.defer(() -> ShardLease.take(session, shard, name, properties.relayLease()))
                .repeatWhenEmpty(tries -> tries.takeWhile(number -> isRunning()).delayElements(STANDBY))
                .doOnNext(lease -> LOG.info("relay leads shard={} leader={} epoch={}", shard, name, lease.epoch()));
    }

    /** Reads a page and publishes it; waits for a signal if nothing is left. */
    private Mono<RelayRound> round(ShardLease lease, RelayRound current) {
        Mono<Void> ring = committedRows.listen();
        List<Long> stored = current.deletesSent() ? List.of() : current.sent();
        return outbox.page(lease.session(), lease.shard(), current.cursor().after(), stored, first(lease, current))
                .filterWhen(page -> mayBeSent(lease, current.cursor()))
                .flatMap(page -> publish(lease, page, current.cursor(), stored))
                .flatMap(outcome -> outcome.pause(ring, properties.relayPause()))
                .defaultIfEmpty(RelayRound.FIRST);
    }

    /** The statements that share a round trip with the read of the page. */
    private static Mono<?> first(ShardLease lease, RelayRound current) {
        Mono<Long> deletion = current.deletesSent() ? OutboxRows.remove(lease, current.sent()) : Mono.just(0L);
        return lease.isDue() ? Sql.together(deletion, lease.renew()) : deletion;
    }

    private static Mono<Boolean> mayBeSent(ShardLease lease, RelayCursor cursor) {
        return lease.isOver() ? Mono.just(false) : isAllBehindKnown(lease, cursor);
    }

    /**
     * Returns true if no further row up to this cursor was committed since the pass began: such a row could hold an
     * earlier event of a saga in the page. Runs after the page was read, so that no later event of a saga is published
     * without its earlier ones.
     */
    private static Mono<Boolean> isAllBehindKnown(ShardLease lease, RelayCursor cursor) {
        return cursor.isAtStart()
                ? Mono.just(true)
                : OutboxRows.upTo(lease.session(), lease.shard(), cursor.after())
                        .map(cursor.left()::containsAll);
    }

    private Mono<Outcome> publish(ShardLease lease, List<OutboxBatch> page, RelayCursor cursor, List<Long> stored) {
        Set<String> seen = new HashSet<>(cursor.held());
        List<Outgoing> firstOfEachSaga = page.stream()
                .flatMap(row -> row.events().stream())
                .filter(event -> seen.add(event.key()))
                .toList();
        Mono<Set<Outgoing>> sent = firstOfEachSaga.isEmpty() ? Mono.just(Set.of()) : sender.send(firstOfEachSaga);
        return sent.doOnNext(done -> metrics.published(done.size())).flatMap(done -> {
            page.stream().filter(row -> row.isSent(done)).forEach(row -> metrics.publishedRow(row.storedAt()));
            boolean failed = done.size() < firstOfEachSaga.size() || !cursor.isAtStart();
            OutboxRows.Rest rest = OutboxRows.without(lease, page, done);
            return rest.shortened().thenReturn(outcome(page, rest, failed, cursor, stored));
        });
    }

    private Outcome outcome(
            List<OutboxBatch> page, OutboxRows.Rest rest, boolean failed, RelayCursor cursor, List<Long> stored) {
        boolean full = page.size() + stored.size() >= properties.relayBatch();
        RelayCursor next = failed && full ? cursor.behind(page, rest.kept()) : RelayCursor.START;
        List<Long> sent = Stream.concat(stored.stream(), rest.sent().stream()).toList();
        boolean deletesSent = failed || sent.size() >= properties.relayBatch() / 2;
        return new Outcome(
                new RelayRound(next, sent, deletesSent), failed, rest.kept().isEmpty() && !full);
    }

    @Override
    protected Mono<Void> work() {
        return Flux.range(0, properties.outboxShards())
                .flatMap(this::shard, properties.outboxShards())
                .then();
    }

    /** Ends a wait for committed rows. The current round is finished and its lease released; the rest of the rows stay. */
    @Override
    protected void wake() {
        committedRows.ring();
    }
}
