package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.sql.Sql;
import io.r2dbc.spi.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Counts the events in the outbox once per second, so that its depth is visible and bounded: above the limit, new work
 * is refused. Also reads if operators have paused the relay.
 */
public final class OutboxDepth {
    private final Sql sql;
    private final int limit;
    private final DeliveryMetrics metrics;
    private volatile long events;

    public OutboxDepth(Sql sql, DeliveryProperties properties, DeliveryMetrics metrics) {
        this.sql = sql;
        this.limit = properties.outboxLimit();
        this.metrics = metrics;
    }

    /**
     * Returns true if the outbox was above its limit at the last count. Work that can be refused should then be
     * refused.
     */
    public boolean isFull() {
        return isDeeperThan(limit);
    }

    /** Returns true if more events than this were in the outbox at the last count. */
    public boolean isDeeperThan(long most) {
        return events > most;
    }

    private record Look(long depth, @Nullable Long oldest, long pausedShards) {
        static Look of(Row row) {
            return new Look(
                    Sql.get(row, "depth", Long.class),
                    row.get("oldest") == null
                            ? null
                            : Sql.instant(row, "oldest").toEpochMilli(),
                    Sql.get(row, "paused", Long.class));
        }
    }

    /** Counts the events, up to one more than the limit, and the paused shards; finds the oldest row. */
    public Mono<Void> look() {
        return sql.rows(
                        "SELECT COALESCE(SUM(events), 0) AS depth, MIN(stored_at) AS oldest,"
                                + " (SELECT COUNT(*) FROM relay_lease WHERE paused) AS paused"
                                + " FROM (SELECT events, stored_at FROM outbox ORDER BY id LIMIT ?) AS counted",
                        List.of(limit + 1),
                        Look::of)
                .singleOrEmpty()
                .doOnNext(this::note)
                .then();
    }

    private void note(Look look) {
        events = look.depth;
        metrics.outbox(look.depth, look.oldest);
        metrics.relayPaused(look.pausedShards > 0);
    }
}
