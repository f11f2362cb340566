package dev.saga.delivery;

import dev.saga.delivery.EventSender.Outgoing;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The outbox as a relay reads and empties it, on the relay's own session. */
final class OutboxRows {
    private final DeliveryProperties properties;

    OutboxRows(DeliveryProperties properties) {
        this.properties = properties;
    }

    /** The next rows of a shard behind the id {@code after}, in id order, as many as a relay reads at once. */
    Mono<List<Outgoing>> page(Connection session, int shard, long after) {
        return Sql.rows(
                        session,
                        "SELECT id, topic, transaction_id, payload FROM outbox WHERE shard = ? AND id > ? ORDER BY id LIMIT ?",
                        List.of(shard, after, properties.relayBatch()),
                        this::outgoing)
                .collectList();
    }

    private Outgoing outgoing(Row row) {
        return new Outgoing(
                Sql.get(row, "id", Long.class),
                properties.topicPrefix() + Sql.get(row, "topic", String.class),
                Sql.get(row, "transaction_id", String.class),
                Sql.get(row, "payload", byte[].class));
    }

    /**
     * Sagas of a page with a row before it, which goes first: one that could not be sent, or that has committed since.
     * Asked after the page was read, so that no later row of a saga is seen without its earlier ones.
     */
    static Mono<Set<String>> waiting(Connection session, int shard, List<Outgoing> rows, long after) {
        if (after == 0 || rows.isEmpty()) {
            return Mono.just(Set.of());
        }
        List<String> keys = rows.stream().map(Outgoing::key).distinct().toList();
        List<Object> values = new ArrayList<>(List.of(shard, after));
        values.addAll(keys);
        return Sql.rows(
                        session,
                        "SELECT DISTINCT transaction_id FROM outbox WHERE shard = ? AND id <= ? AND transaction_id IN ("
                                + Sql.marks(keys) + ")",
                        values,
                        row -> Sql.get(row, "transaction_id", String.class))
                .collect(HashSet::new, Set::add);
    }

    /** Deletes exactly these rows, given in the order of their ids; answers their ids. */
    static Mono<List<Long>> delete(Connection session, List<Long> ids) {
        return ids.isEmpty()
                ? Mono.just(ids)
                : execute(session, "DELETE FROM outbox WHERE " + ranges(ids)).thenReturn(ids);
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

    static Mono<Void> execute(Connection session, String text) {
        return Flux.from(session.createStatement(text).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }
}
