package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.Shop;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.export.OrderExport;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests on a real MariaDB that every visible change of an order stores its rows in the outbox, with the change. */
class OrderExportIT {
    private static final TestDatabase DATABASE = TestDatabase.migrated();
    private static final UserId ANN = new UserId("ann");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDelivery delivery = new TestDelivery(DATABASE, "order-svc", Shop.CONTRACT);
    private final OrderMetrics metrics = new OrderMetrics(new SimpleMeterRegistry(), Clock.systemUTC());
    private final OrderStore store =
            new OrderStore(DATABASE.sql(), Clock.systemUTC(), Duration.ofDays(1), new OrderExport(delivery.outbox()));
    private final OrderSaga saga = new OrderSaga(store, metrics);
    private final Order order = Order.place(
                    new TransactionId(UUID.randomUUID()),
                    ANN,
                    lines(null, null),
                    null,
                    Instant.now().truncatedTo(ChronoUnit.MILLIS))
            .order();

    @BeforeEach
    void place() {
        DATABASE.committed(store.add(List.of(order)));
    }

    @Test
    void publishesARowPerLineAtEachVisibleChange() {
        assertThat(changes("BOOK")).containsExactly("PENDING null null");
        consume(reserved());
        consume(new PaymentEvent.Completed(order.id(), "pay-1", new Money(3007)));
        new OrderCommands(store, delivery.outbox(), delivery.audit(), DATABASE.transactions())
                .cancel(ANN, order.id())
                .block(PATIENCE);
        consume(new InventoryEvent.Released(order.id(), List.of()));
        consume(new PaymentEvent.Refunded(order.id(), "pay-1", new Money(3007)));
        assertThat(changes("BOOK"))
                .containsExactly(
                        "PENDING null null",
                        "PENDING 1500 3007",
                        "CONFIRMED 1500 3007",
                        "CANCELLING 1500 3007",
                        "CANCELLED 1500 3007");
        assertThat(changes("PEN")).hasSize(5).endsWith("CANCELLED 7 3007");
        assertThat(rows("BOOK").getLast().path("updated_at").asLong())
                .isEqualTo(store.find(order.id()).block(PATIENCE).updatedAt().toEpochMilli());
    }

    @Test
    void publishesTheNewestRowOfAnOrderThatChangesTwiceInOneTransaction() {
        consume(reserved(), new PaymentEvent.Completed(order.id(), "pay-1", new Money(3007)));
        assertThat(changes("BOOK")).containsExactly("PENDING null null", "CONFIRMED 1500 3007");
    }

    @Test
    void publishesARejectedOrder() {
        consume(new InventoryEvent.Rejected(
                order.id(), InventoryEvent.RejectReason.OUT_OF_STOCK, new ProductId("BOOK")));
        assertThat(changes("BOOK")).containsExactly("PENDING null null", "CANCELLED null null");
    }

    @Test
    void publishesAnOrderThatTimesOutButNoNudge() {
        sweep(0);
        assertThat(delivery.outboxEvents(order.id())).hasSize(1);
        assertThat(changes("BOOK")).containsExactly("PENDING null null");
        sweep(Order.MOST_NUDGES);
        assertThat(changes("BOOK")).containsExactly("PENDING null null", "CANCELLING null null");
    }

    @Test
    void publishesAnOrderThatExistsAlreadyNoSecondTime() {
        DATABASE.committed(store.add(List.of(order)));
        assertThat(changes("BOOK")).hasSize(1);
    }

    @Test
    void publishesNothingUnlessItIsSwitchedOn() {
        var quiet = new OrderStore(DATABASE.sql(), Clock.systemUTC(), Duration.ofDays(1));
        delivery.take(new OrderSaga(quiet, metrics), List.of(TestDelivery.event(reserved())))
                .block(PATIENCE);
        assertThat(changes("BOOK")).hasSize(1);
    }

    private void consume(SagaEvent... events) {
        delivery.take(saga, Stream.of(events).map(TestDelivery::event).toList()).block(PATIENCE);
    }

    private void sweep(int nudges) {
        DATABASE.committed(DATABASE.sql()
                .update(
                        "UPDATE orders SET nudges = ?, due_at = UTC_TIMESTAMP(3) WHERE order_id = ?",
                        List.of(nudges, order.id().value())));
        new SagaDeadlines(
                        store,
                        delivery.outbox(),
                        delivery.depth(),
                        DATABASE.transactions(),
                        metrics,
                        Settings.of(1, Duration.ofDays(1)))
                .sweep()
                .block(PATIENCE);
    }

    private List<String> changes(String product) {
        return rows(product).stream()
                .map(row -> "%s %s %s"
                        .formatted(
                                row.path("status").asString(),
                                row.path("unit_price").asString("null"),
                                row.path("total_price").asString("null")))
                .toList();
    }

    private List<JsonNode> rows(String product) {
        return delivery.outboxStates(order.id().text() + ":" + product).stream()
                .map(json -> JsonMapper.shared().readTree(json).path("payload"))
                .toList();
    }

    private InventoryEvent reserved() {
        return new InventoryEvent.Reserved(
                order.id(), ANN, lines(new Money(1500), new Money(7)), new Money(3007), null);
    }

    private static List<Line> lines(Money book, Money pen) {
        return List.of(new Line(new ProductId("BOOK"), 2, book), new Line(new ProductId("PEN"), 1, pen));
    }
}
