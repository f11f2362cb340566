package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.sql.CommitBarrier;
import dev.saga.event.TransactionId;
import dev.saga.events.Line;
import dev.saga.events.ProductId;
import dev.saga.events.Shop;
import dev.saga.events.UserId;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KnownKeyTest {
    private final TestDatabase database = TestDatabase.migrated();
    private final PlaceOrder placeOrder = new PlaceOrder(
            new OrderStore(database.sql(), Clock.systemUTC(), Settings.of(10, Duration.ofDays(1))),
            new IdempotencyKeys(database.sql(), Clock.systemUTC()),
            new TestDelivery(database, "order-svc", Shop.CONTRACT).outbox(),
            new CommitBarrier(database.sql()),
            database.transactions(),
            Clock.systemUTC());
    private final Submission first = wish("k", 1);

    @Test
    void aKnownKeyIsLookedUpWithoutBeingClaimed() {
        place(first);
        List<Optional<SubmissionResult>> found = placeOrder
                .known(List.of(wish("k", 1), wish("k", 2), wish("new", 1)))
                .block();
        assertThat(found.getFirst().orElseThrow())
                .isInstanceOfSatisfying(
                        SubmissionResult.Replayed.class,
                        replayed -> assertThat(replayed.order().id()).isEqualTo(first.id()));
        assertThat(found.get(1)).contains(new SubmissionResult.KeyReused());
        assertThat(found.get(2)).isEmpty();
        assertThat(place(wish("new", 1))).isInstanceOf(SubmissionResult.Fresh.class);
    }

    @Test
    void aKeyWhoseOrderIsGoneIsSaidToBeGone() {
        place(first);
        database.committed(database.sql().update("DELETE FROM orders", List.of()));
        assertThat(placeOrder.known(List.of(wish("k", 1))).block())
                .containsExactly(Optional.of(new SubmissionResult.Gone()));
        assertThat(place(wish("k", 1))).isEqualTo(new SubmissionResult.Gone());
        assertThat(place(wish("k", 2))).isEqualTo(new SubmissionResult.KeyReused());
    }

    private SubmissionResult place(Submission placement) {
        return placeOrder.place(List.of(placement)).block().getFirst();
    }

    private static Submission wish(String key, int quantity) {
        return new Submission(
                new TransactionId(UUID.randomUUID()),
                new UserId("ann"),
                List.of(new Line(new ProductId("BOOK"), quantity, null)),
                null,
                key,
                null);
    }
}
