package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.work.LogLimit;
import dev.saga.delivery.work.Phases;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Publishes what the outbox holds: reads in id order, sends, deletes exactly what Kafka acknowledged, a few rows at a time,
 * on the way to a next page or when there is nothing to send. One relay works on a shard at a time: it holds a lock of the
 * database whose session dies with it, and does all its reading and deleting on that session. A relay that lost its lock
 * without noticing can only say something twice, and so can one that dies: at most a page.
 *
 * <p>In one round at most one event of a saga is under way. A failed send therefore holds back the later events of its
 * saga and of no other.
 */
public final class OutboxRelay implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration FINISH = Duration.ofSeconds(20);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(200);
    private static final Duration LEAST_PAUSE = Duration.ofMillis(20);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final ConnectionFactory connections;
    private final DeliveryProperties properties;
    private final OutboxRows outbox;
    private final EventSender sender;
    private final Topics topics;
    private final CommittedRows news;
    private final DeliveryMetrics metrics;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private volatile boolean running;

    /** @param connections makes connections of the relay's own, not of a pool */
    public OutboxRelay(
            ConnectionFactory connections,
            DeliveryProperties properties,
            EventSender sender,
            Topics topics,
            CommittedRows news,
            DeliveryMetrics metrics) {
        this.connections = connections;
        this.properties = properties;
        this.outbox = new OutboxRows(properties, news);
        this.sender = sender;
        this.topics = topics;
        this.news = news;
        this.metrics = metrics;
    }

    /** Works on one shard until the service stops; starts over with a new session after every failure. */
    private Mono<Void> shard(int shard) {
        return topics.ready()
                .then(Mono.defer(() -> sender.learn(topics.names())))
                .thenMany(Flux.usingWhen(session(), session -> lead(session, shard), Connection::close))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, AFTER_FAILURE)
                        .maxBackoff(Duration.ofSeconds(2))
                        .transientErrors(true)
                        .filter(failure -> running)
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
                .then(claimed(session, shard))
                .flatMapMany(lock -> rounds(session, shard));
    }

    private Flux<RelayRound> rounds(Connection session, int shard) {
        return round(session, shard, RelayRound.FIRST)
                .expand(turn -> running
                        ? round(session, shard, turn)
                        : OutboxRows.remove(session, turn.sent()).then(Mono.empty()));
    }

    /**
     * Waits for the lock of the shard, a second at a time so that the session stays alive and a stop is noticed; empty
     * where the stop came first.
     */
    private Mono<Integer> claimed(Connection session, int shard) {
        String lock = "SELECT COALESCE(GET_LOCK(CONCAT(DATABASE(), '.outbox.', " + shard + "), 1), 0) AS held";
        return Sql.rows(session, lock, List.of(), row -> Sql.get(row, "held", Integer.class))
                .singleOrEmpty()
                .repeat(() -> running)
                .takeUntil(held -> held == 1)
                .last()
                .filter(held -> held == 1)
                .doOnNext(held -> LOG.info("relay leads shard={}", shard));
    }

    /** What a round came to: the next turn, whether some of it could not be sent, whether nothing is left. */
    private record Outcome(RelayRound next, boolean failed, boolean everything) {
        Mono<RelayRound> pause(Mono<Void> ring, DeliveryProperties properties) {
            if (failed && next.pass().isAtStart()) {
                return Mono.delay(LEAST_PAUSE)
                        .then(Mono.firstWithSignal(
                                ring, Mono.delay(AFTER_FAILURE).then()))
                        .thenReturn(next);
            }
            return everything
                    ? Mono.firstWithSignal(
                            ring.thenReturn(next),
                            Mono.delay(properties.relayPoll())
                                    .thenReturn(new RelayRound(next.pass(), next.sent(), true)))
                    : Mono.just(next);
        }
    }

    /** Reads a page and publishes it; waits for news where there is nothing left. */
    private Mono<RelayRound> round(Connection session, int shard, RelayRound turn) {
        Mono<Void> ring = news.listen();
        List<Long> stored = turn.tidies() ? List.of() : turn.sent();
        Mono<Long> tidied = turn.tidies() ? OutboxRows.remove(session, turn.sent()) : Mono.just(0L);
        return outbox.page(session, shard, turn.pass().after(), stored, tidied)
                .filterWhen(page -> isAllBehindKnown(session, shard, turn.pass()))
                .flatMap(page -> published(session, page, turn.pass(), stored))
                .flatMap(outcome -> outcome.pause(ring, properties))
                .defaultIfEmpty(RelayRound.FIRST);
    }

    /**
     * Whether no row has committed behind this pass since it began: an earlier event of a saga in the page, maybe. Asked
     * after the page was read, so that no later event of a saga is seen without its earlier ones.
     */
    private static Mono<Boolean> isAllBehindKnown(Connection session, int shard, RelayCursor pass) {
        return pass.isAtStart()
                ? Mono.just(true)
                : OutboxRows.upTo(session, shard, pass.after()).map(pass.left()::containsAll);
    }

    private Mono<Outcome> published(Connection session, List<OutboxBatch> page, RelayCursor pass, List<Long> stored) {
        Set<String> seen = new HashSet<>(pass.held());
        List<Outgoing> firstOfEachSaga = page.stream()
                .flatMap(row -> row.events().stream())
                .filter(event -> seen.add(event.key()))
                .toList();
        Mono<Set<Outgoing>> sent = firstOfEachSaga.isEmpty() ? Mono.just(Set.of()) : sender.send(firstOfEachSaga);
        return sent.doOnNext(done -> metrics.published(done.size())).flatMap(done -> {
            boolean failed = done.size() < firstOfEachSaga.size() || !pass.isAtStart();
            OutboxRows.Rest rest = OutboxRows.without(session, page, done);
            return rest.shortened().thenReturn(outcome(page, rest, failed, pass, stored));
        });
    }

    private Outcome outcome(
            List<OutboxBatch> page, OutboxRows.Rest rest, boolean failed, RelayCursor pass, List<Long> stored) {
        boolean full = page.size() + stored.size() >= properties.relayBatch();
        RelayCursor next = failed && full ? pass.behind(page, rest.kept()) : RelayCursor.START;
        List<Long> sent = Stream.concat(stored.stream(), rest.sent().stream()).toList();
        boolean tidies = failed || sent.size() >= properties.relayBatch() / 2;
        return new Outcome(
                new RelayRound(next, sent, tidies), failed, rest.kept().isEmpty() && !full);
    }

    @Override
    public void start() {
        running = true;
        Flux.range(0, properties.outboxShards())
                .flatMap(this::shard, properties.outboxShards())
                .doFinally(end -> finished.tryEmitEmpty())
                .subscribe();
    }

    /** Finishes the round that is under way and gives the locks back; what is still stored goes out at the next start. */
    @Override
    public void stop() {
        running = false;
        news.ring();
        finished.asMono().timeout(FINISH, Mono.empty()).block();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.PUBLISHING;
    }
}
