package dev.saga.order;

import dev.saga.delivery.Sql;
import dev.saga.events.CancelReason;
import dev.saga.events.Line;
import dev.saga.events.Money;
import dev.saga.events.PaymentToken;
import dev.saga.events.TransactionId;
import dev.saga.events.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import io.r2dbc.spi.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An order as a row of the database. */
final class OrderRow {
    static final String COLUMNS = "order_id, user_id, status, cancel_reason, order_lines, payment_token,"
            + " total_price, inventory_undone, payment_undone, nudges, created_at, updated_at";

    /** The columns and, last, {@code due_at}, given as a pause from now in µs; null is never. */
    static final String TUPLE = "(?,?,?,?,?,?,?,?,?,?,?,?,UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)";

    private OrderRow() {}

    static @Nullable Object[] of(Order order, Instant updatedAt, @Nullable Long pauseMicros) {
        return new @Nullable Object[] {
            order.id().value(),
            order.userId().text(),
            order.status().name(),
            order.cancelReason() == null ? null : order.cancelReason().name(),
            Line.format(order.lines()),
            order.paymentToken() == null ? null : order.paymentToken().text(),
            order.totalPrice() == null ? null : order.totalPrice().minor(),
            order.inventoryUndone(),
            order.paymentUndone(),
            order.nudges(),
            order.createdAt(),
            updatedAt,
            pauseMicros
        };
    }

    static TransactionId id(Row row) {
        return TransactionId.of(Sql.get(row, "order_id", String.class));
    }

    static Order order(Row row) {
        String token = row.get("payment_token", String.class);
        String reason = row.get("cancel_reason", String.class);
        Long total = row.get("total_price", Long.class);
        return new Order(
                id(row),
                new UserId(Sql.get(row, "user_id", String.class)),
                Line.parse(Sql.get(row, "order_lines", String.class)),
                token == null ? null : new PaymentToken(token),
                OrderStatus.valueOf(Sql.get(row, "status", String.class)),
                reason == null ? null : CancelReason.valueOf(reason),
                total == null ? null : new Money(total),
                Sql.get(row, "inventory_undone", Boolean.class),
                Sql.get(row, "payment_undone", Boolean.class),
                Sql.get(row, "nudges", Integer.class),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }

    /** All that a step changes but lines and prices. Many orders of a batch share it, and then one short statement. */
    record Standing(
            OrderStatus status,
            @Nullable CancelReason cancelReason,
            boolean inventoryUndone,
            boolean paymentUndone,
            int nudges) {
        static Standing of(Order order) {
            return new Standing(
                    order.status(),
                    order.cancelReason(),
                    order.inventoryUndone(),
                    order.paymentUndone(),
                    order.nudges());
        }
    }
}
