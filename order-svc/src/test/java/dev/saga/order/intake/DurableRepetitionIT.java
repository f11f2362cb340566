package dev.saga.order.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.Shop;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.store.OrderStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A repeated request gets the result of an earlier commit only once that commit is durable: its transaction raises the
 * commit barrier.
 */
class DurableRepetitionIT {
    private static final UserId ANN = new UserId("ann");

    private final TestDatabase database = TestDatabase.migrated();
    private final TestDelivery delivery = new TestDelivery(database, "order-svc", Shop.CONTRACT);
    private final OrderStore store = new OrderStore(database.sql(), Clock.systemUTC(), Duration.ofDays(1));
    private final PlaceOrder placeOrder = new PlaceOrder(
            store,
            new IdempotencyKeys(database.sql(), Clock.systemUTC()),
            delivery.outbox(),
            database.transactions(),
            Clock.systemUTC());
    private final Submission submission = new Submission(
            new TransactionId(UUID.randomUUID()),
            ANN,
            List.of(new Line(new ProductId("BOOK"), 1, null)),
            null,
            null,
            null);

    @Test
    void returnsAnOrderOfAnEarlierAttemptOnceItsCommitIsDurable() {
        placeOrder.place(List.of(submission)).block();
        assertThat(delivery.barriersRaised()).isZero();
        List<SubmissionResult> again = placeOrder.place(List.of(submission)).block();
        assertThat(again).hasOnlyElementsOfType(SubmissionResult.Fresh.class);
        assertThat(delivery.barriersRaised()).isOne();
        assertThat(delivery.outboxEvents(submission.id())).hasSize(1);
    }
}
