package dev.saga.order.store;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.domain.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stores and loads orders, a batch per statement. Deadlines are set and checked by the clock of the database. */
public class OrderStore {
    private static final String SELECT = OrderRow.SELECT;

    private final Sql sql;
    private final OrderPrices prices;
    private final Clock clock;
    private final Duration stepTimeout;
    private final OrderChanges changes;

    /** @param stepTimeout time without progress after which a saga is overdue */
    public OrderStore(Sql sql, Clock clock, Duration stepTimeout) {
        this(sql, clock, stepTimeout, OrderChanges.IGNORED);
    }

    /** @param changes follows every write of this store */
    public OrderStore(Sql sql, Clock clock, Duration stepTimeout, OrderChanges changes) {
        this.sql = sql;
        this.prices = new OrderPrices(sql);
        this.clock = clock;
        this.stepTimeout = stepTimeout;
        this.changes = changes;
    }

    /** Adds new orders. Returns the ids of those that were not there yet. */
    public Mono<Set<TransactionId>> add(List<Order> orders) {
        return sql.insertReturning(
                        "INSERT IGNORE INTO orders (order_id, user_id, order_lines, payment_token, created_at, updated_at,"
                                + " due_at) VALUES",
                        "(?,?,?,?,?,?,UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)",
                        orders.stream().map(this::newRow).toList(),
                        "RETURNING order_id",
                        OrderRow::id)
                .<Set<TransactionId>>collect(HashSet::new, Set::add)
                .delayUntil(added -> changes.added(orders, added));
    }

    private @Nullable Object[] newRow(Order order) {
        return new @Nullable Object[] {
            order.id().value(),
            order.userId().text(),
            Line.format(order.lines()),
            order.paymentToken() == null ? null : order.paymentToken().text(),
            order.createdAt(),
            order.updatedAt(),
            pauseMicros(order)
        };
    }

    /** Loads orders and locks them until the end of the transaction, in the order of their ids. */
    public Mono<Map<TransactionId, Order>> lock(Collection<TransactionId> ids) {
        return sql.rows(
                        SELECT + "WHERE o.order_id IN (" + Sql.marks(ids) + ") ORDER BY o.order_id FOR UPDATE",
                        values(ids),
                        OrderRow::order)
                .collectMap(Order::id);
    }

    /**
     * Writes the changes of orders that this transaction has locked.
     *
     * @param before the same orders as they are stored
     */
    public Mono<Void> save(Collection<Order> orders, Map<TransactionId, Order> before) {
        Instant now = clock.instant();
        List<Mono<?>> statements = new ArrayList<>();
        statements.add(prices.save(orders, before, now));
        orders.stream()
                .filter(order -> hasProgressed(order, before.get(order.id())))
                .collect(Collectors.groupingBy(Order::progress))
                .forEach((progress, alike) -> statements.add(save(progress, alike, now)));
        statements.add(changes.saved(orders, before, now));
        return Sql.pipelined(statements.toArray(Mono[]::new));
    }

    private static boolean hasProgressed(Order order, @Nullable Order before) {
        return before == null || !order.progress().equals(before.progress());
    }

    /** Saves orders that share their progress, with one short statement. */
    private Mono<Long> save(Progress progress, List<Order> alike, Instant now) {
        List<UUID> ids = values(alike.stream().map(Order::id).toList());
        List<@Nullable Object> values = new ArrayList<>();
        values.add(progress.status().name());
        values.add(
                progress.cancelReason() == null ? null : progress.cancelReason().name());
        values.add(progress.undone().text());
        values.add(progress.nudges());
        values.add(pauseMicros(alike.getFirst()));
        values.add(now);
        values.addAll(ids);
        return sql.update(
                "UPDATE orders SET status = ?, cancel_reason = ?, undone = ?, nudges = ?,"
                        + " due_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND, updated_at = ? WHERE order_id IN ("
                        + Sql.marks(ids) + ")",
                values);
    }

    private @Nullable Long pauseMicros(Order order) {
        return order.progress()
                .pauseBeforeNudge(stepTimeout)
                .map(pause -> pause.toNanos() / 1000)
                .orElse(null);
    }

    public Mono<Order> find(TransactionId id) {
        return sql.rows(SELECT + "WHERE o.order_id = ?", List.of(id.value()), OrderRow::order)
                .singleOrEmpty();
    }

    /** Returns those of these orders that exist, by their id. */
    public Mono<Map<TransactionId, Order>> findAll(Collection<TransactionId> ids) {
        return ids.isEmpty()
                ? Mono.just(Map.of())
                : sql.rows(SELECT + "WHERE o.order_id IN (" + Sql.marks(ids) + ")", values(ids), OrderRow::order)
                        .collectMap(Order::id);
    }

    /** Returns a user's orders, newest first. {@code after} is the last order of the previous page. */
    public Flux<Order> page(UserId user, @Nullable TransactionId after, int limit) {
        return after == null
                ? sql.rows(
                        SELECT + "WHERE o.user_id = ? ORDER BY o.order_id DESC LIMIT ?",
                        List.of(user.text(), limit),
                        OrderRow::order)
                : sql.rows(
                        SELECT + "WHERE o.user_id = ? AND o.order_id < ? ORDER BY o.order_id DESC LIMIT ?",
                        List.of(user.text(), after.value(), limit),
                        OrderRow::order);
    }

    /** Returns a user's order; empty if there is none or if it belongs to another user. */
    public Mono<Order> find(UserId user, TransactionId id) {
        return find(id).filter(order -> order.userId().equals(user));
    }

    /** Returns orders that are not final and at least {@code age} old, oldest first. */
    public Flux<Order> open(OrderStatus status, Duration age, int limit) {
        return sql.rows(
                SELECT + "WHERE o.due_at IS NOT NULL AND o.status = ?"
                        + " AND o.created_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND ORDER BY o.order_id LIMIT ?",
                List.of(status.name(), age.toNanos() / 1000, limit),
                OrderRow::order);
    }

    /**
     * Locks overdue sagas that no other instance has locked. A PENDING saga made progress when its prices were stored.
     */
    public Flux<Order> lockOverdue(int limit) {
        return sql.rows(
                SELECT + "WHERE o.due_at <= UTC_TIMESTAMP(3) AND (o.status <> 'PENDING' OR p.priced_at IS NULL"
                        + " OR p.priced_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND)"
                        + " ORDER BY o.due_at LIMIT ? FOR UPDATE SKIP LOCKED",
                List.of(stepTimeout.toNanos() / 1000, limit),
                OrderRow::order);
    }

    /** Counts the orders that are not final. */
    public Mono<OpenOrders> countOpen() {
        return sql.rows(
                        "SELECT COUNT(CASE WHEN status = 'PENDING' THEN 1 END) AS pending,"
                                + " COUNT(CASE WHEN status = 'CANCELLING' THEN 1 END) AS cancelling,"
                                + " COUNT(CASE WHEN status = 'CANCELLING' AND nudges >= ? THEN 1 END) AS stuck"
                                + " FROM (SELECT status, nudges FROM orders WHERE due_at IS NOT NULL LIMIT 100000) AS open",
                        List.of(Order.MOST_NUDGES),
                        row -> new OpenOrders(
                                Sql.get(row, "pending", Long.class),
                                Sql.get(row, "cancelling", Long.class),
                                Sql.get(row, "stuck", Long.class)))
                .singleOrEmpty();
    }

    private static List<UUID> values(Collection<TransactionId> ids) {
        return ids.stream().sorted().map(TransactionId::value).toList();
    }
}
