package dev.saga.order.export;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.StateRecord;
import dev.saga.event.StateTopic;
import dev.saga.event.TransactionId;
import dev.saga.order.domain.Order;
import dev.saga.order.store.OrderChanges;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Publishes the current row of each line of a changed order on the compacted topic {@code orders}, through the outbox: a
 * change and its rows are committed together. The key of a record is {@code orderId:productId}. A change that the row
 * does not show, for instance a nudge, publishes nothing.
 */
public final class OrderExport implements OrderChanges {
    public static final StateTopic TOPIC = new StateTopic("orders");

    private final Outbox outbox;

    public OrderExport(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public Mono<Void> added(List<Order> orders, Set<TransactionId> added) {
        return publish(orders.stream()
                .filter(order -> added.contains(order.id()))
                .flatMap(order -> rows(order, order.updatedAt())));
    }

    @Override
    public Mono<Void> saved(Collection<Order> orders, Map<TransactionId, Order> before, Instant at) {
        return publish(orders.stream()
                .filter(order -> showsChange(order, before.get(order.id())))
                .flatMap(order -> rows(order, at)));
    }

    private Mono<Void> publish(Stream<StateRecord> rows) {
        return outbox.addStates(rows.toList());
    }

    private static boolean showsChange(Order order, @Nullable Order before) {
        return before == null
                || order.status() != before.status()
                || !order.lines().equals(before.lines())
                || !Objects.equals(order.totalPrice(), before.totalPrice());
    }

    private static Stream<StateRecord> rows(Order order, Instant at) {
        return order.lines().stream()
                .map(line -> new StateRecord(
                        TOPIC, order.id().text() + ":" + line.productId().text(), ConnectRow.json(order, line, at)));
    }
}
