package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.sql.CommitBarrier;
import dev.saga.delivery.sql.Sql;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The outbox as a relay reads and empties it, on the relay's own session. */
public final class OutboxRows {
    private final DeliveryProperties properties;
    private final CommittedRows news;

    public OutboxRows(DeliveryProperties properties, CommittedRows news) {
        this.properties = properties;
        this.news = news;
    }

    /**
     * The next rows of a shard behind the id {@code after}, in id order, as many as a relay reads at once; told when
     * they are on disk.
     *
     * @param sent rows that were sent and are still stored: they are read past
     * @param first what is done before they are read, on the same way to the database
     */
    public Mono<List<OutboxBatch>> page(Connection session, int shard, long after, List<Long> sent, Mono<?> first) {
        return Mono.zipDelayError(first.thenReturn(true), ids(session, shard, after))
                .map(both ->
                        both.getT2().stream().filter(id -> !sent.contains(id)).toList())
                .flatMap(ids -> page(session, shard, ids, news.take(ids)));
    }

    private Mono<List<OutboxBatch>> page(Connection session, int shard, List<Long> ids, Map<Long, OutboxBatch> known) {
        return known.size() == ids.size()
                ? Mono.just(ids.stream().map(known::get).toList())
                : read(session, ids).delayUntil(page -> CommitBarrier.raise(session, shard));
    }

    private Mono<List<Long>> ids(Connection session, int shard, long after) {
        return Sql.rows(
                        session,
                        "SELECT id FROM outbox WHERE shard = ? AND id > ? ORDER BY id LIMIT ?",
                        List.of(shard, after, properties.relayBatch()),
                        OutboxRows::id)
                .collectList();
    }

    private static Mono<List<OutboxBatch>> read(Connection session, List<Long> ids) {
        return Sql.rows(
                        session,
                        "SELECT id, topic, payload FROM outbox WHERE id IN (" + Sql.marks(ids) + ") ORDER BY id",
                        ids,
                        OutboxRows::batch)
                .collectList();
    }

    public static OutboxBatch batch(Row row) {
        return OutboxBatch.of(id(row), Sql.get(row, "topic", String.class), Sql.get(row, "payload", byte[].class));
    }

    static Long id(Row row) {
        return Sql.get(row, "id", Long.class);
    }

    /** The ids of a shard's rows up to {@code last}. */
    static Mono<List<Long>> upTo(Connection session, int shard, long last) {
        return Sql.rows(
                        session,
                        "SELECT id FROM outbox WHERE shard = ? AND id <= ?",
                        List.of(shard, last),
                        OutboxRows::id)
                .collectList();
    }

    /**
     * What is left of a page once some of it was sent.
     *
     * @param sent rows of which nothing is left; what is sent and not taken out is sent again after a crash
     * @param kept rows that keep something, with what they keep
     * @param shortened makes the stored rows as short as those kept
     */
    record Rest(List<Long> sent, List<OutboxBatch> kept, Mono<Void> shortened) {}

    /** @param page in the order of the rows' ids */
    static Rest without(Connection session, List<OutboxBatch> page, Set<Outgoing> sent) {
        List<Long> gone = new ArrayList<>();
        List<OutboxBatch> kept = new ArrayList<>();
        List<Mono<Long>> statements = new ArrayList<>();
        for (OutboxBatch row : page) {
            OutboxBatch rest = row.without(sent);
            if (rest.events().isEmpty()) {
                gone.add(row.id());
                continue;
            }
            kept.add(rest);
            if (rest.events().size() < row.events().size()) {
                statements.add(shorten(session, rest));
            }
        }
        return new Rest(gone, kept, Sql.pipelined(statements.toArray(Mono[]::new)));
    }

    /** Takes rows out. */
    static Mono<Long> remove(Connection session, List<Long> rows) {
        return rows.isEmpty()
                ? Mono.just(0L)
                : Sql.update(session, "DELETE FROM outbox WHERE " + ranges(rows), List.of());
    }

    private static Mono<Long> shorten(Connection session, OutboxBatch rest) {
        return Sql.update(
                session,
                "UPDATE outbox SET events = ?, payload = ? WHERE id = ?",
                List.of(rest.events().size(), rest.payload(), rest.id()));
    }

    /** Ids without a gap become one range. Numbers of our own, spliced: there is no telling how many ranges. */
    private static String ranges(List<Long> ids) {
        List<String> ranges = new ArrayList<>();
        long first = ids.getFirst();
        for (int i = 1; i <= ids.size(); i++) {
            if (i == ids.size() || ids.get(i) != ids.get(i - 1) + 1) {
                ranges.add("id BETWEEN " + first + " AND " + ids.get(i - 1));
                first = i == ids.size() ? first : ids.get(i);
            }
        }
        return String.join(" OR ", ranges);
    }
}
