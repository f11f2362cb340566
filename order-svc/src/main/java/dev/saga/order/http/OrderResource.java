package dev.saga.order.http;

import dev.saga.events.Line;
import dev.saga.order.domain.Order;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An order as callers see it. Prices are null until the catalogue's are known. */
record OrderResource(
        String orderId,
        String userId,
        String status,
        @Nullable String cancelReason,
        List<LineResource> lines,
        @Nullable Long totalPrice,
        Instant createdAt,
        Instant updatedAt) {

    record LineResource(String productId, int qty, @Nullable Long unitPrice) {}

    /** A page, newest first; {@code next} is the {@code after} of the page that follows, null on the last. */
    record Page(List<OrderResource> orders, @Nullable String next) {
        static Page of(List<Order> orders, int limit) {
            return new Page(
                    orders.stream().map(OrderResource::of).toList(),
                    orders.size() < limit ? null : orders.getLast().id().text());
        }
    }

    static OrderResource of(Order order) {
        boolean priced = order.totalPrice() != null;
        return new OrderResource(
                order.id().text(),
                order.userId().text(),
                order.status().name(),
                order.cancelReason() == null ? null : order.cancelReason().name(),
                order.lines().stream().map(line -> line(line, priced)).toList(),
                order.totalPrice() == null ? null : order.totalPrice().minor(),
                order.createdAt(),
                order.updatedAt());
    }

    private static LineResource line(Line line, boolean priced) {
        Long price = priced && line.unitPrice() != null ? line.unitPrice().minor() : null;
        return new LineResource(line.productId().text(), line.qty(), price);
    }
}
