package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.sql.Sql;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Counts the events in the outbox once per second, so that its depth is visible and bounded: above the limit, new work
 * is refused.
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

    /** Counts the events, up to one more than the limit. */
    public Mono<Void> look() {
        return sql.rows(
                        "SELECT COALESCE(SUM(events), 0) AS depth FROM (SELECT events FROM outbox LIMIT ?) AS counted",
                        List.of(limit + 1),
                        row -> Sql.get(row, "depth", Long.class))
                .singleOrEmpty()
                .doOnNext(metrics::outboxDepth)
                .doOnNext(depth -> events = depth)
                .then();
    }
}
