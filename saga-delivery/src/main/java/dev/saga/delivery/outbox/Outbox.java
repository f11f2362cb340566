package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.log.EventLog;
import dev.saga.delivery.log.EventLog.LoggedEvent;
import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.work.Ids;
import dev.saga.event.Envelope;
import dev.saga.event.TransactionId;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Stores the events that a service publishes in the transaction that changes its state. The relay publishes them after
 * the commit, at least once and in order per saga. Call it only inside a transaction.
 */
public final class Outbox {
    private static final String HEAD = "INSERT INTO outbox (shard, topic, events, payload) VALUES";

    private final Sql sql;
    private final EventLog log;
    private final EventCodec codec;
    private final DeliveryProperties properties;
    private final Ids ids;
    private final Clock clock;
    private final CommittedRows committedRows;
    private final Spans spans;

    public Outbox(
            Sql sql,
            EventLog log,
            EventCodec codec,
            DeliveryProperties properties,
            Ids ids,
            Clock clock,
            CommittedRows committedRows,
            Spans spans) {
        this.sql = sql;
        this.log = log;
        this.codec = codec;
        this.properties = properties;
        this.ids = ids;
        this.clock = clock;
        this.committedRows = committedRows;
        this.spans = spans;
    }

    /** Stores events in this order. The rows of their sagas must be locked by the current transaction. */
    public Mono<Void> add(List<OutgoingEvent> outgoing) {
        return outgoing.isEmpty() ? Mono.empty() : tracesOf(outgoing).flatMap(traces -> add(outgoing, traces));
    }

    /** Returns the traces of the sagas that an event without a cause continues. */
    private Mono<Map<TransactionId, String>> tracesOf(List<OutgoingEvent> outgoing) {
        List<TransactionId> sagas = outgoing.stream()
                .filter(OutgoingEvent::continuesSaga)
                .map(event -> event.event().transactionId())
                .distinct()
                .toList();
        return sagas.isEmpty() || !log.isTimeline() ? Mono.just(Map.of()) : log.traces(sagas);
    }

    private Mono<Void> add(List<OutgoingEvent> outgoing, Map<TransactionId, String> traces) {
        List<LoggedEvent> events =
                outgoing.stream().map(event -> loggedEvent(event, traces)).toList();
        Mono<Void> insertion = insert(rows(events.stream().collect(grouped(this::channel, Outbox::outgoing))));
        return log.isTimeline() ? Sql.pipelined(log.add(events), insertion) : insertion;
    }

    /**
     * Stores records of compacted topics. Records of one key are published in the order of their commits if the
     * current transaction has locked what they describe.
     */
    public Mono<Void> addStates(List<StateRecord> states) {
        return states.isEmpty()
                ? Mono.empty()
                : insert(rows(states.stream().collect(grouped(this::channel, Outbox::outgoing))));
    }

    private LoggedEvent loggedEvent(OutgoingEvent event, Map<TransactionId, String> traces) {
        Envelope envelope = envelope(event, traces);
        return new LoggedEvent(envelope, codec.encode(envelope));
    }

    /** Inserts rows. The database numbers them in the order in which they are inserted. */
    private Mono<Void> insert(List<Row> rows) {
        return sql.insertReturning(HEAD, "(?,?,?,?)", values(rows), "RETURNING id", OutboxRows::id)
                .collectList()
                .map(ids -> withIds(rows, ids))
                .flatMap(batches -> Transactions.onceCommitted(() -> committedRows.add(batches)));
    }

    private static List<OutboxBatch> withIds(List<Row> rows, List<Long> ids) {
        return IntStream.range(0, ids.size())
                .mapToObj(i -> rows.get(i).batch.withId(ids.get(i)))
                .toList();
    }

    private Envelope envelope(OutgoingEvent event, Map<TransactionId, String> traces) {
        UUID id = ids.next();
        TransactionId saga = event.event().transactionId();
        String parent = event.continuesSaga() ? traces.get(saga) : event.traceparent();
        return new Envelope(
                id,
                properties.source(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                event.causationId(),
                spans.next(parent, saga, id),
                event.event());
    }

    /** The key of a row: events with an equal key may share a row. */
    private record Channel(int shard, String topic) {}

    private record Row(Channel channel, OutboxBatch batch) {
        @Nullable Object[] values() {
            return new @Nullable Object[] {
                channel.shard, channel.topic, batch.events().size(), batch.payload()
            };
        }
    }

    private static <T> Collector<T, ?, Map<Channel, List<Outgoing>>> grouped(
            Function<T, Channel> channel, Function<T, Outgoing> outgoing) {
        return Collectors.groupingBy(channel, LinkedHashMap::new, Collectors.mapping(outgoing, Collectors.toList()));
    }

    private List<Row> rows(Map<Channel, List<Outgoing>> channels) {
        long now = clock.millis();
        List<Row> rows = new ArrayList<>();
        channels.forEach((channel, outgoing) ->
                OutboxBatch.split(outgoing, now).forEach(batch -> rows.add(new Row(channel, batch))));
        return rows;
    }

    private static List<@Nullable Object[]> values(List<Row> rows) {
        return rows.stream().map(Row::values).toList();
    }

    private Channel channel(LoggedEvent event) {
        return channel(event.envelope().transactionId().hashCode(), topic(event));
    }

    private Channel channel(StateRecord state) {
        return channel(state.key().hashCode(), state.topic().text());
    }

    private Channel channel(int hash, String topic) {
        return new Channel(Math.floorMod(hash, properties.outboxShards()), topic);
    }

    private static Outgoing outgoing(StateRecord state) {
        return new Outgoing(state.topic().text(), state.key(), state.json());
    }

    private static Outgoing outgoing(LoggedEvent event) {
        return new Outgoing(topic(event), event.envelope().transactionId().text(), event.json());
    }

    private static String topic(LoggedEvent event) {
        return event.envelope().event().type().topic().text();
    }
}
