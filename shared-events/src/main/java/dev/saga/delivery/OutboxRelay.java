package dev.saga.delivery;

import dev.saga.delivery.EventSender.Outgoing;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Publishes what the outbox holds: reads in id order, sends, deletes exactly what Kafka acknowledged. One relay works on
 * a shard at a time: it holds a lock of the database whose session dies with it, and does all its reading and deleting
 * on that session. A relay that lost its lock without noticing can only say something twice.
 *
 * <p>In one round at most one event of a saga is under way. A failed send therefore holds back the later events of its
 * saga and of no other.
 */
final class OutboxRelay implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration FINISH = Duration.ofSeconds(20);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(200);

    private final ConnectionFactory connections;
    private final DeliveryProperties properties;
    private final EventSender sender;
    private final Topics topics;
    private final Bell bell;
    private final DeliveryMetrics metrics;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private volatile boolean running;

    /** @param connections makes connections of the relay's own, not of a pool */
    OutboxRelay(
            ConnectionFactory connections,
            DeliveryProperties properties,
            EventSender sender,
            Topics topics,
            Bell bell,
            DeliveryMetrics metrics) {
        this.connections = connections;
        this.properties = properties;
        this.sender = sender;
        this.topics = topics;
        this.bell = bell;
        this.metrics = metrics;
    }

    /** Works on one shard until the service stops; starts over with a new session after every failure. */
    private Mono<Void> shard(int shard) {
        return topics.ready()
                .then(Mono.usingWhen(connections.create(), session -> lead(session, shard), Connection::close))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, AFTER_FAILURE)
                        .maxBackoff(Duration.ofSeconds(2))
                        .filter(failure -> running)
                        .doBeforeRetry(retry -> LOG.warn(
                                "relay restarts shard={} reason=\"{}\"",
                                shard,
                                retry.failure().toString())))
                .onErrorComplete();
    }

    private Mono<Void> lead(Connection session, int shard) {
        return execute(
                        session,
                        "SET SESSION wait_timeout = " + properties.lockLease().toSeconds())
                .then(claimed(session, shard))
                .then(Mono.defer(() -> rounds(session, shard)));
    }

    private Mono<Void> rounds(Connection session, int shard) {
        return round(session, shard, OutboxPage.FIRST)
                .expand(page -> running ? round(session, shard, page) : Mono.empty())
                .then();
    }

    /** Waits for the lock of the shard, a second at a time so that the session stays alive and a stop is noticed. */
    private Mono<Void> claimed(Connection session, int shard) {
        String lock = "SELECT COALESCE(GET_LOCK(CONCAT(DATABASE(), '.outbox.', " + shard + "), 1), 0) AS held";
        return Sql.rows(session, lock, List.of(), row -> Sql.get(row, "held", Integer.class))
                .singleOrEmpty()
                .repeat(() -> running)
                .takeUntil(held -> held == 1)
                .then()
                .doOnSuccess(end -> LOG.info("relay leads shard={}", shard));
    }

    /** Answers where the next round reads; waits for news where there is nothing left. */
    private Mono<OutboxPage> round(Connection session, int shard, OutboxPage page) {
        Mono<Void> ring = bell.listen();
        return Sql.rows(
                        session,
                        "SELECT id, topic, transaction_id, payload FROM outbox WHERE shard = ? AND id > ? ORDER BY id LIMIT ?",
                        List.of(shard, page.after(), properties.relayBatch()),
                        this::outgoing)
                .collectList()
                .flatMap(rows -> published(session, rows, page))
                .flatMap(outcome -> outcome.pause(ring, properties).thenReturn(outcome.next()));
    }

    /** What a round came to: all that it read is published, some of it, or some of it could not be sent. */
    private record Outcome(OutboxPage next, boolean failed, boolean everything) {
        Mono<Void> pause(Mono<Void> ring, DeliveryProperties properties) {
            if (failed && next.after() == 0) {
                return Mono.delay(AFTER_FAILURE).then();
            }
            return everything
                    ? Mono.firstWithSignal(
                            ring, Mono.delay(properties.relayPoll()).then())
                    : Mono.empty();
        }
    }

    private Outgoing outgoing(Row row) {
        return new Outgoing(
                Sql.get(row, "id", Long.class),
                properties.topicPrefix() + Sql.get(row, "topic", String.class),
                Sql.get(row, "transaction_id", String.class),
                Sql.get(row, "payload", byte[].class));
    }

    private Mono<Outcome> published(Connection session, List<Outgoing> rows, OutboxPage page) {
        Map<String, Outgoing> firstOfEachSaga = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> !page.held().contains(row.key()))
                .forEach(row -> firstOfEachSaga.putIfAbsent(row.key(), row));
        Mono<List<Long>> sent =
                firstOfEachSaga.isEmpty() ? Mono.just(List.of()) : sender.send(firstOfEachSaga.values());
        return sent.flatMap(acknowledged -> deleted(session, acknowledged))
                .doOnNext(acknowledged -> metrics.published(acknowledged.size()))
                .map(acknowledged -> outcome(page, rows, firstOfEachSaga.size(), acknowledged));
    }

    private Outcome outcome(OutboxPage page, List<Outgoing> rows, int sent, List<Long> acknowledged) {
        boolean failed = acknowledged.size() < sent || !page.held().isEmpty();
        boolean full = rows.size() >= properties.relayBatch();
        OutboxPage next = failed && full ? page.behind(rows, Set.copyOf(acknowledged)) : OutboxPage.FIRST;
        return new Outcome(next, failed, acknowledged.size() == rows.size() && !full);
    }

    private static Mono<List<Long>> deleted(Connection session, List<Long> ids) {
        if (ids.isEmpty()) {
            return Mono.just(ids);
        }
        // Numbers of our own, spliced: a list of a thousand parameters costs more than the delete.
        String list = String.join(",", ids.stream().map(String::valueOf).toList());
        return execute(session, "DELETE FROM outbox WHERE id IN (" + list + ")").thenReturn(ids);
    }

    private static Mono<Void> execute(Connection session, String text) {
        return Flux.from(session.createStatement(text).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
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
        bell.ring();
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
