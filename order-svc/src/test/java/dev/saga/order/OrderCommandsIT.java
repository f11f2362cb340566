package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.Shop;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.store.OrderStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OrderCommandsIT {
    private static final UserId ANN = new UserId("ann");

    private final TestDatabase database = TestDatabase.migrated();
    private final TestDelivery delivery = new TestDelivery(database, "order-svc", Shop.CONTRACT);
    private final OrderStore store = new OrderStore(database.sql(), Clock.systemUTC(), Duration.ofDays(1));
    private final OrderCommands commands =
            new OrderCommands(store, delivery.outbox(), delivery.audit(), database.transactions());
    private final Order order = Order.place(
                    new TransactionId(UUID.randomUUID()),
                    ANN,
                    List.of(new Line(new ProductId("BOOK"), 1, null)),
                    null,
                    Instant.now())
            .order();

    /** The transaction of the second cancel raises the commit barrier. */
    @Test
    void confirmsARepeatedCancelOnceTheFirstCommitIsDurable() {
        database.committed(store.add(List.of(order)));
        commands.cancel(ANN, order.id()).block();
        assertThat(delivery.barriersRaised()).isZero();
        assertThat(commands.cancel(ANN, order.id()).block()).isPresent();
        assertThat(delivery.barriersRaised()).isOne();
        assertThat(delivery.outboxEvents(order.id())).hasSize(1);
    }
}
