package dev.saga.delivery;

import dev.saga.delivery.EventSender.Outgoing;
import dev.saga.events.Envelope;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where a service says something: the events are stored in the transaction that changes its state, and leave for Kafka
 * after its commit, at least once, in the order of one saga. Never call it outside a transaction.
 */
public final class Outbox {
    private static final String HEAD = "INSERT INTO outbox (shard, topic, events, payload) VALUES";

    private final Sql sql;
    private final EventLog log;
    private final EventCodec codec;
    private final DeliveryProperties properties;
    private final Ids ids;
    private final Clock clock;
    private final OutboxNews news;

    Outbox(
            Sql sql,
            EventLog log,
            EventCodec codec,
            DeliveryProperties properties,
            Ids ids,
            Clock clock,
            OutboxNews news) {
        this.sql = sql;
        this.log = log;
        this.codec = codec;
        this.properties = properties;
        this.ids = ids;
        this.clock = clock;
        this.news = news;
    }

    /** Stores what was said, in this order. The rows of the sagas concerned must be locked by now. */
    public Mono<Void> say(List<Said> said) {
        if (said.isEmpty()) {
            return Mono.empty();
        }
        List<Envelope> events = said.stream().map(this::envelope).toList();
        Mono<Void> stored = sql.insertReturning(
                        HEAD, "(?,?,?,?)", rows(events), "RETURNING id", row -> Sql.get(row, "id", Long.class))
                .collectList()
                .flatMap(rows -> Transactions.onceCommitted(() -> news.stored(rows)));
        return log.isTimeline() ? Sql.pipelined(log.add(events), stored) : stored;
    }

    private Envelope envelope(Said said) {
        UUID id = ids.next();
        return new Envelope(
                id,
                properties.source(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                said.causationId(),
                Trace.next(said.traceparent(), said.event().transactionId(), id),
                said.event());
    }

    /** Which events may share a row. */
    private record Channel(int shard, String topic) {}

    private List<@Nullable Object[]> rows(List<Envelope> events) {
        Map<Channel, List<Outgoing>> channels = events.stream()
                .collect(Collectors.groupingBy(
                        this::channel, LinkedHashMap::new, Collectors.mapping(this::outgoing, Collectors.toList())));
        List<@Nullable Object[]> rows = new ArrayList<>();
        channels.forEach((channel, outgoing) -> OutboxBatch.split(outgoing)
                .forEach(batch -> rows.add(new @Nullable Object[] {
                    channel.shard, channel.topic, batch.events().size(), batch.payload()
                })));
        return rows;
    }

    private Channel channel(Envelope event) {
        int shard = Math.floorMod(event.transactionId().hashCode(), properties.outboxShards());
        return new Channel(shard, event.event().type().topic().text());
    }

    private Outgoing outgoing(Envelope event) {
        return new Outgoing(
                event.event().type().topic().text(), event.transactionId().text(), codec.encode(event));
    }
}
