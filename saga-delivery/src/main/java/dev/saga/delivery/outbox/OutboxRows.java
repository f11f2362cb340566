package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.lease.ShardLease;
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

/** Reads and deletes outbox rows on a relay's own session. */
public final class OutboxRows {
    private final DeliveryProperties properties;
    private final CommittedRows committedRows;

    public OutboxRows(DeliveryProperties properties, CommittedRows committedRows) {
        this.properties = properties;
        this.committedRows = committedRows;
    }

    /**
     * Returns the next rows of a shard after the id {@code after}, in id order, at most {@code relayBatch}; none while
     * the shard is paused. The result is returned once the rows are on disk.
     *
     * @param sent rows that were sent and not yet deleted; they are left out
     * @param first a statement that is sent before the query, in the same round trip
     */
    public Mono<List<OutboxBatch>> page(Connection session, int shard, long after, List<Long> sent, Mono<?> first) {
        return Mono.zipDelayError(first.thenReturn(true), ids(session, shard, after))
                .map(both ->
                        both.getT2().stream().filter(id -> !sent.contains(id)).toList())
                .flatMap(ids -> page(session, shard, ids, committedRows.take(ids)));
    }

    private Mono<List<OutboxBatch>> page(Connection session, int shard, List<Long> ids, Map<Long, OutboxBatch> known) {
        return known.size() == ids.size()
                ? Mono.just(ids.stream().map(known::get).toList())
                : read(session, ids).delayUntil(page -> CommitBarrier.raise(session, shard));
    }

    private Mono<List<Long>> ids(Connection session, int shard, long after) {
        return Sql.rows(
                        session,
                        "SELECT id FROM outbox WHERE shard = ? AND id > ? AND " + ShardLease.unlessPaused(shard)
                                + " ORDER BY id LIMIT ?",
                        List.of(shard, after, properties.relayBatch()),
                        OutboxRows::id)
                .collectList();
    }

    private static Mono<List<OutboxBatch>> read(Connection session, List<Long> ids) {
        return Sql.rows(
                        session,
                        "SELECT id, stored_at, topic, payload FROM outbox WHERE id IN (" + Sql.marks(ids)
                                + ") ORDER BY id",
                        ids,
                        OutboxRows::batch)
                .collectList();
    }

    public static OutboxBatch batch(Row row) {
        return OutboxBatch.of(
                id(row),
                Sql.instant(row, "stored_at").toEpochMilli(),
                Sql.get(row, "topic", String.class),
                Sql.get(row, "payload", byte[].class));
    }

    static Long id(Row row) {
        return Sql.get(row, "id", Long.class);
    }

    /** Returns the ids of a shard's rows up to {@code last}. */
    static Mono<List<Long>> upTo(Connection session, int shard, long last) {
        return Sql.rows(
                        session,
                        "SELECT id FROM outbox WHERE shard = ? AND id <= ?",
                        List.of(shard, last),
                        OutboxRows::id)
                .collectList();
    }

    /**
     * The rest of a page of which some events were sent.
     *
     * @param sent rows without remaining events; after a crash, those that are not deleted yet are sent again
     * @param kept rows with remaining events, and only these events
     * @param shortened updates the stored rows to the remaining events
     */
    record Rest(List<Long> sent, List<OutboxBatch> kept, Mono<Void> shortened) {}

    /**
     * Computes the rest of a page.
     *
     * @param page in the order of the rows' ids
     */
    static Rest without(ShardLease lease, List<OutboxBatch> page, Set<Outgoing> sent) {
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
                statements.add(shorten(lease, rest));
            }
        }
        return new Rest(gone, kept, Sql.pipelined(statements.toArray(Mono[]::new)));
    }

    /** Deletes rows. Fails if none of them was deleted, because another instance has taken the lease. */
    static Mono<Long> remove(ShardLease lease, List<Long> rows) {
        return rows.isEmpty()
                ? Mono.just(0L)
                : Sql.update(
                                lease.session(),
                                "DELETE FROM outbox WHERE (" + ranges(rows) + ") AND " + lease.ifHeld(),
                                List.of())
                        .filter(deleted -> deleted > 0)
                        .switchIfEmpty(Mono.error(lease::lost));
    }

    private static Mono<Long> shorten(ShardLease lease, OutboxBatch rest) {
        return Sql.update(
                lease.session(),
                "UPDATE outbox SET events = ?, payload = ? WHERE id = ? AND " + lease.ifHeld(),
                List.of(rest.events().size(), rest.payload(), rest.id()));
    }

    /**
     * Builds the condition; consecutive ids become one range. The ids are numbers from the database, so they can be
     * part of the text. They are not bound, because the number of ranges varies.
     */
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
