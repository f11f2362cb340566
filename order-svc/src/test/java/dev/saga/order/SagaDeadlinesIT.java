package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.Shop;
import dev.saga.events.ShopEventType;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.meter.OrderMetrics;
import dev.saga.order.store.OrderStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Tests the deadline sweep on a real MariaDB, with several instances at once. */
class SagaDeadlinesIT {
    private static final int INSTANCES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final OrderMetrics metrics = new OrderMetrics(meters, Clock.systemUTC());
    private TestDatabase database;
    private TestDelivery delivery;
    private List<TransactionId> overdue;

    @BeforeEach
    void placeOverdueOrders() {
        database = TestDatabase.migrated();
        delivery = new TestDelivery(database, "order-svc", Shop.CONTRACT);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<Order> orders = IntStream.range(0, 500)
                .mapToObj(i -> Order.place(
                                new TransactionId(UUID.randomUUID()),
                                new UserId("ann"),
                                List.of(new Line(new ProductId("BOOK"), 1, null)),
                                null,
                                now)
                        .order())
                .toList();
        database.committed(store(Duration.ZERO).add(orders));
        overdue = orders.stream().map(Order::id).toList();
    }

    @Test
    void anyNumberOfInstancesPublishEachNudgeOnce() {
        sweepAtOnce(Duration.ofHours(1));
        assertThat(overdue).allSatisfy(id -> assertThat(published(id)).containsExactly(ShopEventType.ORDER_CREATED));
        sweepAtOnce(Duration.ofHours(1));
        assertThat(overdue).allSatisfy(id -> assertThat(published(id)).hasSize(1));
        assertThat(nudges("published")).isEqualTo(overdue.size());
    }

    @Test
    void anyNumberOfInstancesCancelAnOrderThatTimesOutOnce() {
        database.committed(database.sql().update("UPDATE orders SET nudges = 3", List.of()));
        sweepAtOnce(Duration.ofHours(1));
        assertThat(overdue).allSatisfy(id -> assertThat(published(id)).containsExactly(ShopEventType.ORDER_CANCEL));
        assertThat(nudges("published")).as("a cancel is no nudge").isZero();
        assertThat(store(Duration.ZERO).find(overdue.getFirst()).block(PATIENCE).status())
                .isEqualTo(OrderStatus.CANCELLING);
    }

    @Test
    void anOrderThatCannotBeUndoneIsCountedAsStuck() {
        TransactionId stuck = overdue.getFirst();
        database.committed(database.sql()
                .update("UPDATE orders SET status = 'CANCELLING', cancel_reason = 'TIMED_OUT'", List.of()));
        database.committed(
                database.sql().update("UPDATE orders SET nudges = 2 WHERE order_id = ?", List.of(stuck.value())));
        sweepAtOnce(Duration.ofHours(1));
        assertThat(meters.get("saga.orders.open")
                        .tag("status", "CANCELLING")
                        .gauge()
                        .value())
                .isEqualTo(overdue.size());
        assertThat(meters.get("saga.orders.stuck").gauge().value()).isOne();
        assertThat(published(stuck)).as("and still nudged").containsExactly(ShopEventType.ORDER_CANCEL);
    }

    @Test
    void pricesThatCameWithinTheStepTimeoutAreProgressOfAPendingOrder() {
        OrderStore hourly = store(Duration.ofHours(1));
        TransactionId priced = overdue.getFirst();
        database.committed(
                hourly.lock(List.of(priced)).flatMap(before -> hourly.save(pricesOf(before.get(priced)), before)));
        sweepAtOnce(Duration.ofHours(1));
        assertThat(published(priced)).isEmpty();
        assertThat(published(overdue.getLast())).hasSize(1);
        database.committed(
                database.sql().update("UPDATE order_price SET priced_at = priced_at - INTERVAL 1 HOUR", List.of()));
        sweepAtOnce(Duration.ofHours(1));
        assertThat(published(priced)).containsExactly(ShopEventType.ORDER_CREATED);
    }

    private static List<Order> pricesOf(Order order) {
        List<Line> lines = List.of(new Line(new ProductId("BOOK"), 1, new Money(7)));
        return List.of(order.on(new InventoryEvent.Reserved(order.id(), order.userId(), lines, new Money(7), null))
                .order());
    }

    @Test
    void nudgesBeyondTheBudgetCountAndAreNotPublished() {
        instance(Duration.ofHours(1), 1).sweep().block(PATIENCE);
        int published = overdue.stream().mapToInt(id -> published(id).size()).sum();
        assertThat(published)
                .as("published: one per second, 25 at once, and a few while the sweep runs")
                .isBetween(25, 100);
        assertThat(database.sql()
                        .rows(
                                "SELECT MIN(nudges) AS least FROM orders",
                                List.of(),
                                row -> Sql.get(row, "least", Integer.class))
                        .blockLast(PATIENCE))
                .as("counted")
                .isOne();
        assertThat(nudges("published")).isEqualTo(published);
        assertThat(nudges("left-out")).isEqualTo(overdue.size() - published);
    }

    private double nudges(String result) {
        return meters.get("saga.orders.nudges").tag("result", result).counter().count();
    }

    private void sweepAtOnce(Duration stepTimeout) {
        Flux.range(0, INSTANCES).flatMap(i -> instance(stepTimeout, 20).sweep()).blockLast(PATIENCE);
    }

    private SagaDeadlines instance(Duration stepTimeout, int nudgesPerSecond) {
        return new SagaDeadlines(
                store(stepTimeout),
                delivery.outbox(),
                delivery.depth(),
                database.transactions(),
                metrics,
                Settings.of(10, stepTimeout, nudgesPerSecond));
    }

    private OrderStore store(Duration stepTimeout) {
        return new OrderStore(database.sql(), Clock.systemUTC(), stepTimeout);
    }

    private List<EventType> published(TransactionId id) {
        return delivery.outboxEvents(id).stream().map(SagaEvent::type).toList();
    }
}
