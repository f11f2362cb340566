package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.outbox.EventSender.Outgoing;
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
 * send. One relay at a time works on a shard. It holds a database lock that ends with its session, and uses this
 * session for all reads and deletes. A relay that lost its lock without noticing, or that crashes, can cause at most
 * one page of events to be published twice.
 *
 * <p>A round sends at most one event per saga. A failed send therefore delays the later events of its own saga only.
 */
public final class OutboxRelay extends Loop {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(200);
    private static final Duration LEAST_PAUSE = Duration.ofMillis(20);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final ConnectionFactory connections;
    private final DeliveryProperties properties;
    private final OutboxRows outbox;
    private final EventSender sender;
    private final Topics topics;
    private final CommittedRows committedRows;
    private final DeliveryMetrics metrics;

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
        String lease = "SET SESSION autocommit = 1, wait_timeout = "
                + properties.lockLease().toSeconds();
        return Sql.update(session, lease, List.of())
                .then(acquireLock(session, shard))
                .flatMapMany(lock -> rounds(session, shard));
    }

    private Flux<RelayRound> rounds(Connection session, int shard) {
        return round(session, shard, RelayRound.FIRST)
                .expand(current -> isRunning()
                        ? round(session, shard, current)
                        : OutboxRows.remove(session, current.sent()).then(Mono.empty()));
    }

    /**
     * Waits for the lock of the shard, one second at a time, so that the session stays alive and a shutdown is noticed.
     * Empty if the shutdown comes first.
     */
    private Mono<Integer> acquireLock(Connection session, int shard) {
        String lock = "SELECT COALESCE(GET_LOCK(CONCAT(DATABASE(), '.outbox.', " + shard + "), 1), 0) AS held";
        return Sql.rows(session, lock, List.of(), row -> Sql.get(row, "held", Integer.class))
                .singleOrEmpty()
                .repeat(this::isRunning)
                .takeUntil(held -> held == 1)
                .last()
                .filter(held -> held == 1)
                .doOnNext(held -> LOG.info("relay leads shard={}", shard));
    }

    /**
     * The result of a round.
     *
     * @param next position of the next round
     * @param failed true if some events were not sent, or if the round did not start at the beginning
     * @param everything true if nothing is left to send
     */
    private record Outcome(RelayRound next, boolean failed, boolean everything) {
        Mono<RelayRound> pause(Mono<Void> ring, DeliveryProperties properties) {
            if (failed && next.cursor().isAtStart()) {
                return Mono.delay(LEAST_PAUSE)
                        .then(Mono.firstWithSignal(
                                ring, Mono.delay(AFTER_FAILURE).then()))
                        .thenReturn(next);
            }
            return everything
                    ? Mono.firstWithSignal(
                            ring.thenReturn(next),
                            Mono.delay(properties.relayPoll())
                                    .thenReturn(new RelayRound(next.cursor(), next.sent(), true)))
                    : Mono.just(next);
        }
    }

    /** Reads a page and publishes it; waits for a signal if nothing is left. */
    private Mono<RelayRound> round(Connection session, int shard, RelayRound current) {
        Mono<Void> ring = committedRows.listen();
        List<Long> stored = current.deletesSent() ? List.of() : current.sent();
        Mono<Long> deletion = current.deletesSent() ? OutboxRows.remove(session, current.sent()) : Mono.just(0L);
        return outbox.page(session, shard, current.cursor().after(), stored, deletion)
                .filterWhen(page -> isAllBehindKnown(session, shard, current.cursor()))
                .flatMap(page -> publish(session, page, current.cursor(), stored))
                .flatMap(outcome -> outcome.pause(ring, properties))
                .defaultIfEmpty(RelayRound.FIRST);
    }

    /**
     * Returns true if no further row up to this cursor was committed since the pass began: such a row could hold an
     * earlier event of a saga in the page. Runs after the page was read, so that no later event of a saga is published
     * without its earlier ones.
     */
    private static Mono<Boolean> isAllBehindKnown(Connection session, int shard, RelayCursor cursor) {
        return cursor.isAtStart()
                ? Mono.just(true)
                : OutboxRows.upTo(session, shard, cursor.after()).map(cursor.left()::containsAll);
    }

    private Mono<Outcome> publish(Connection session, List<OutboxBatch> page, RelayCursor cursor, List<Long> stored) {
        Set<String> seen = new HashSet<>(cursor.held());
        List<Outgoing> firstOfEachSaga = page.stream()
                .flatMap(row -> row.events().stream())
                .filter(event -> seen.add(event.key()))
                .toList();
        Mono<Set<Outgoing>> sent = firstOfEachSaga.isEmpty() ? Mono.just(Set.of()) : sender.send(firstOfEachSaga);
        return sent.doOnNext(done -> metrics.published(done.size())).flatMap(done -> {
            boolean failed = done.size() < firstOfEachSaga.size() || !cursor.isAtStart();
            OutboxRows.Rest rest = OutboxRows.without(session, page, done);
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

    /** Ends a wait for committed rows. The current round is finished and its lock released; the rest of the rows stay. */
    @Override
    protected void wake() {
        committedRows.ring();
    }
}
