package dev.saga.order.store;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.domain.Progress;
import dev.saga.order.domain.Undone;
import io.r2dbc.spi.Row;

/** Reads an order from a row of the database. */
final class OrderRow {
    static final String SELECT = """
            SELECT o.order_id, o.user_id, o.status, o.cancel_reason, COALESCE(p.order_lines, o.order_lines) AS order_lines,
                o.payment_token, p.total_price, o.undone, o.nudges, o.created_at,
                GREATEST(o.updated_at, COALESCE(p.updated_at, o.updated_at)) AS updated_at
            FROM orders o LEFT JOIN order_price p ON p.order_id = o.order_id
            """;

    private OrderRow() {}

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
                total == null ? null : new Money(total),
                new Progress(
                        OrderStatus.valueOf(Sql.get(row, "status", String.class)),
                        reason == null ? null : CancelReason.valueOf(reason),
                        Undone.of(Sql.get(row, "undone", String.class)),
                        Sql.get(row, "nudges", Integer.class)),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }
}
