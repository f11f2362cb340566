package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.CommitBarrier;
import dev.saga.delivery.TestDelivery;
import dev.saga.events.Line;
import dev.saga.events.ProductId;
import dev.saga.events.TransactionId;
import dev.saga.events.UserId;
import dev.saga.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whoever asks again is told of a commit only when it is sure to stay: such a transaction waits for the disk itself. */
class SureToStayTest {
    private static final UserId ANN = new UserId("ann");

    private final TestDatabase database = TestDatabase.migrated();
    private final TestDelivery delivery = new TestDelivery(database, "order-svc");
    private final CommitBarrier barrier = new CommitBarrier(database.sql());
    private final OrderStore store =
            new OrderStore(database.sql(), Clock.systemUTC(), Settings.of(10, Duration.ofDays(1)));
    private final PlaceOrder placeOrder = new PlaceOrder(
            store,
            new IdempotencyKeys(database.sql(), Clock.systemUTC()),
            delivery.outbox(),
            barrier,
            database.transactions(),
            Clock.systemUTC());
    private final CancelOrder cancelOrder = new CancelOrder(store, delivery.outbox(), barrier, database.transactions());
    private final Placement placement = new Placement(
            new TransactionId(UUID.randomUUID()),
            ANN,
            List.of(new Line(new ProductId("BOOK"), 1, null)),
            null,
            null,
            null);

    @Test
    void anOrderThatAnEarlierAttemptHasPlacedIsToldOfOnceItIsSureToStay() {
        placeOrder.place(List.of(placement)).block();
        assertThat(barriers()).isZero();
        List<Placed> again = placeOrder.place(List.of(placement)).block();
        assertThat(again).hasOnlyElementsOfType(Placed.Fresh.class);
        assertThat(barriers()).isOne();
        assertThat(delivery.said(placement.id())).hasSize(1);
    }

    @Test
    void aCancelThatIsAskedForAgainIsToldOfOnceTheFirstIsSureToStay() {
        placeOrder.place(List.of(placement)).block();
        cancelOrder.cancel(ANN, placement.id()).block();
        assertThat(barriers()).isZero();
        assertThat(cancelOrder.cancel(ANN, placement.id()).block()).isPresent();
        assertThat(barriers()).isOne();
        assertThat(delivery.said(placement.id())).hasSize(2);
    }

    private long barriers() {
        return database.sql()
                .rows(
                        "SELECT COALESCE(SUM(raised), 0) AS n FROM commit_barrier",
                        List.of(),
                        row -> row.get("n", Long.class))
                .single()
                .block();
    }
}
