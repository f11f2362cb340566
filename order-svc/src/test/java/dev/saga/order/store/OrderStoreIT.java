package dev.saga.order.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.Events;
import dev.saga.events.InventoryEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests the store on a real MariaDB. */
class OrderStoreIT {
    private static final Instant NOW = Instant.parse("2026-11-21T02:03:04.567Z");
    private static TestDatabase database;
    private static OrderStore store;

    @BeforeAll
    static void migrate() {
        database = TestDatabase.migrated();
        store = new OrderStore(database.sql(), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ZERO);
    }

    @Test
    void readsBackWhatItAddedAndSavedInEveryStatus() {
        Order pending = order("ann");
        Order priced = pending.on(reserved(pending)).order();
        Order confirmed = priced.on(new PaymentEvent.Completed(pending.id(), "pay-1", new Money(17)))
                .order();
        Order cancelling = confirmed.cancelByUser().orElseThrow().order();
        List<Order> life = new ArrayList<>(List.of(priced, confirmed, cancelling));
        for (ShopEvent response : Events.undone(pending.id())) {
            life.add(life.getLast().on(response).order());
        }
        database.committed(store.add(List.of(pending)));
        assertThat(stored(pending)).isEqualTo(pending);
        assertThat(life).extracting(Order::status).contains(OrderStatus.values());
        for (Order changed : life) {
            database.committed(store.save(List.of(changed), Map.of(pending.id(), stored(pending))));
            assertThat(stored(pending)).isEqualTo(changed);
        }
        assertThat(stored(pending).cancelReason()).isEqualTo(CancelReason.CANCELLED_BY_USER);
    }

    @Test
    void addsAnOrderOnceAndReturnsTheNewIds() {
        Order first = order("ann");
        Order second = order("ann");
        assertThat(database.committed(store.add(List.of(first)))).containsExactly(first.id());
        assertThat(database.committed(store.add(List.of(first, second)))).containsExactly(second.id());
    }

    @Test
    void findsAnOrderForItsUserAlone() {
        Order order = order("ann");
        database.committed(store.add(List.of(order)));
        assertThat(store.find(new UserId("ann"), order.id()).block()).isEqualTo(order);
        assertThat(store.find(new UserId("Ann"), order.id()).block()).isNull();
    }

    @Test
    void findsOverdueSagasUntilTheyAreFinal() {
        Order order = order("late");
        database.committed(store.add(List.of(order)));
        assertThat(overdue()).contains(order.id());
        Order rejected = order.on(new InventoryEvent.Rejected(
                        order.id(), InventoryEvent.RejectReason.OUT_OF_STOCK, new ProductId("BOOK")))
                .order();
        assertThat(rejected.status()).isEqualTo(OrderStatus.CANCELLED);
        database.committed(store.save(List.of(rejected), Map.of(order.id(), order)));
        assertThat(overdue()).doesNotContain(order.id());
    }

    private static List<TransactionId> overdue() {
        return database.committed(store.lockOverdue(1000).map(Order::id).collectList());
    }

    private static Order stored(Order order) {
        Map<TransactionId, Order> locked = database.committed(store.lock(List.of(order.id())));
        return locked.get(order.id());
    }

    private static Order order(String user) {
        return Order.place(
                        new TransactionId(UUID.randomUUID()),
                        new UserId(user),
                        List.of(
                                new Line(new ProductId("BOOK"), 2, null),
                                new Line(new ProductId("Pen"), 1, new Money(7))),
                        new PaymentToken("tok_approve"),
                        NOW)
                .order();
    }

    private static InventoryEvent reserved(Order order) {
        List<Line> lines = List.of(
                new Line(new ProductId("BOOK"), 2, new Money(5)), new Line(new ProductId("Pen"), 1, new Money(7)));
        return new InventoryEvent.Reserved(order.id(), order.userId(), lines, new Money(17), null);
    }
}
