package dev.saga.order.store;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.order.domain.Order;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The prices of orders, in a table of their own. Inserting a short row there costs less than making the row in {@code
 * orders} longer.
 */
final class OrderPrices {
    private final Sql sql;

    OrderPrices(Sql sql) {
        this.sql = sql;
    }

    /** Writes the prices that differ from {@code before}. */
    Mono<Long> save(Collection<Order> orders, Map<TransactionId, Order> before, Instant now) {
        return sql.insert(
                "INSERT INTO order_price (order_id, order_lines, total_price, updated_at) VALUES",
                "(?,?,?,?)",
                orders.stream()
                        .filter(order -> isPriced(order, before.get(order.id())))
                        .map(order -> row(order, now))
                        .toList(),
                "ON DUPLICATE KEY UPDATE order_lines = VALUES(order_lines), total_price = VALUES(total_price),"
                        + " updated_at = VALUES(updated_at)");
    }

    private static boolean isPriced(Order order, @Nullable Order before) {
        return before == null
                || !order.lines().equals(before.lines())
                || !Objects.equals(order.totalPrice(), before.totalPrice());
    }

    private static @Nullable Object[] row(Order order, Instant now) {
        return new @Nullable Object[] {
            order.id().value(),
            Line.format(order.lines()),
            order.totalPrice() == null ? null : order.totalPrice().minor(),
            now
        };
    }
}
