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
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Looks up the results of known Idempotency-Keys. */
class KnownKeyIT {
    private final TestDatabase database = TestDatabase.migrated();
    private final PlaceOrder placeOrder = new PlaceOrder(
            new OrderStore(database.sql(), Clock.systemUTC(), Duration.ofDays(1)),
            new IdempotencyKeys(database.sql(), Clock.systemUTC()),
            new TestDelivery(database, "order-svc", Shop.CONTRACT).outbox(),
            database.transactions(),
            Clock.systemUTC());
    private final Submission first = submission("k", 1);

    @Test
    void aKnownKeyIsLookedUpWithoutBeingClaimed() {
        place(first);
        List<Optional<SubmissionResult>> found = placeOrder
                .findEarlier(List.of(submission("k", 1), submission("k", 2), submission("new", 1)))
                .block();
        assertThat(found.getFirst().orElseThrow())
                .isInstanceOfSatisfying(
                        SubmissionResult.Replayed.class,
                        replayed -> assertThat(replayed.order().id()).isEqualTo(first.id()));
        assertThat(found.get(1)).contains(new SubmissionResult.KeyReused());
        assertThat(found.get(2)).isEmpty();
        assertThat(place(submission("new", 1))).isInstanceOf(SubmissionResult.Fresh.class);
    }

    @Test
    void returnsGoneForAKeyWhoseOrderWasRemoved() {
        place(first);
        database.committed(database.sql().update("DELETE FROM orders", List.of()));
        assertThat(placeOrder.findEarlier(List.of(submission("k", 1))).block())
                .containsExactly(Optional.of(new SubmissionResult.Gone()));
        assertThat(place(submission("k", 1))).isEqualTo(new SubmissionResult.Gone());
        assertThat(place(submission("k", 2))).isEqualTo(new SubmissionResult.KeyReused());
    }

    private SubmissionResult place(Submission submission) {
        return placeOrder.place(List.of(submission)).block().getFirst();
    }

    private static Submission submission(String key, int quantity) {
        return new Submission(
                new TransactionId(UUID.randomUUID()),
                new UserId("ann"),
                List.of(new Line(new ProductId("BOOK"), quantity, null)),
                null,
                key,
                null);
    }
}
