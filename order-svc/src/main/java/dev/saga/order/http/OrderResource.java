package dev.saga.order.http;

import dev.saga.events.value.Line;
import dev.saga.order.domain.Order;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An order as callers see it. Prices are null until the catalogue's prices are known. */
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

    /**
     * A page of orders, newest first. {@code next} is the {@code after} of the following page, null on the last one.
     */
    record Page(List<OrderResource> orders, @Nullable String next) {
        /** @param mostLines bound of the lines on the page; its first order may exceed it */
        static Page of(List<Order> orders, int limit, int mostLines) {
            List<Order> page = new ArrayList<>();
            int lines = 0;
            for (Order order : orders) {
                lines += order.lines().size();
                if (lines > mostLines && !page.isEmpty()) {
                    break;
                }
                page.add(order);
            }
            boolean last = page.size() == orders.size() && orders.size() < limit;
            return new Page(
                    page.stream().map(OrderResource::of).toList(),
                    last ? null : page.getLast().id().text());
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
