package dev.saga.order.intake;

import dev.saga.delivery.sql.Sql;
import dev.saga.events.value.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Counts orders under way in the database. */
@Component
class OrderCounts {
    private final Sql sql;
    private final Duration stepTimeout;

    OrderCounts(Sql sql, IntakeSettings settings) {
        this.sql = sql;
        this.stepTimeout = settings.stepTimeout();
    }

    /**
     * Returns the number of orders under way, at most {@code most}. Orders whose next nudge is further away than the
     * step timeout do not count: nudges had no effect on them, so they do not wait for their turn.
     */
    Mono<Integer> countUnderWay(int most) {
        return sql.rows(
                        "SELECT COUNT(*) AS open FROM (SELECT 1 FROM orders"
                                + " WHERE due_at <= UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND LIMIT ?) AS some",
                        List.of(stepTimeout.toNanos() / 1000, most),
                        row -> Sql.get(row, "open", Integer.class))
                .singleOrEmpty();
    }

    /**
     * Returns the same number per user, among the first {@code most} orders. Users with fewer than {@code least} are
     * left out.
     */
    Mono<Map<UserId, Integer>> countUnderWayOfUsers(int most, int least) {
        return sql.rows(
                        "SELECT user_id, COUNT(*) AS open FROM (SELECT user_id FROM orders"
                                + " WHERE due_at <= UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND LIMIT ?) AS some"
                                + " GROUP BY user_id HAVING COUNT(*) >= ?",
                        List.of(stepTimeout.toNanos() / 1000, most, least),
                        row -> Map.entry(
                                new UserId(Sql.get(row, "user_id", String.class)), Sql.get(row, "open", Integer.class)))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }
}
