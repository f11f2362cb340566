package dev.saga.order.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.work.Batcher;
import dev.saga.event.TransactionId;
import dev.saga.events.Shop;
import dev.saga.events.StockLevel;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.meter.OrderMetrics;
import dev.saga.order.store.OrderStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refuses orders by the known stock, on a real MariaDB. */
class SubmitOrderIT {
    private static final ProductId BOOK = new ProductId("BOOK");
    private static final IntakeSettings SETTINGS =
            new IntakeSettings(100, 100, Duration.ofDays(1), 10, 10, 1, Duration.ofSeconds(15));

    private final OrderMetrics metrics = new OrderMetrics(new SimpleMeterRegistry(), Clock.systemUTC());
    private final TestDatabase database = TestDatabase.migrated();
    private final TestDelivery delivery = new TestDelivery(database, "order-svc", Shop.CONTRACT);
    private final PlaceOrder placeOrder = new PlaceOrder(
            new OrderStore(database.sql(), Clock.systemUTC(), Duration.ofDays(1)),
            new IdempotencyKeys(database.sql(), Clock.systemUTC()),
            delivery.outbox(),
            database.transactions(),
            Clock.systemUTC());
    private final Batcher<Submission, SubmissionResult> orders =
            new Batcher<>("orders", 10, 10, 1, Duration.ZERO, placeOrder::place);
    private final Batcher<Submission, Optional<SubmissionResult>> keys =
            new Batcher<>("keys", 10, 10, 1, Duration.ZERO, placeOrder::findEarlier);
    private final KnownStock stock = new KnownStock(SETTINGS, Clock.systemUTC(), metrics);
    private final SubmitOrder intake = new SubmitOrder(
            stock,
            new Admission(new OrderCounts(database.sql(), SETTINGS), delivery.depth(), SETTINGS, metrics),
            orders,
            keys);

    @BeforeEach
    void start() {
        orders.start();
        keys.start();
    }

    @AfterEach
    void stop() {
        orders.stop();
        keys.stop();
    }

    @Test
    void storesNothingOfAnOrderThatTheKnownStockCannotCover() {
        level(2, 1);
        assertThat(submit(3, null)).isEqualTo(new SubmissionResult.OutOfStock(BOOK));
        assertThat(submit(3, "new")).isEqualTo(new SubmissionResult.OutOfStock(BOOK));
        assertThat(rows("orders") + rows("outbox") + rows("idempotency_key") + rows("event_log"))
                .isZero();
        level(3, 2);
        assertThat(submit(3, "new")).isInstanceOf(SubmissionResult.Fresh.class);
    }

    @Test
    void aKnownKeyIsAnsweredEvenWhenTheStockIsOut() {
        SubmissionResult first = submit(1, "k");
        level(0, 1);
        assertThat(submit(1, "k"))
                .isInstanceOfSatisfying(
                        SubmissionResult.Replayed.class,
                        replayed -> assertThat(replayed.order().id())
                                .isEqualTo(
                                        ((SubmissionResult.Fresh) first).order().id()));
        assertThat(submit(2, "k")).isEqualTo(new SubmissionResult.KeyReused());
        assertThat(submit(1, "other")).isEqualTo(new SubmissionResult.OutOfStock(BOOK));
    }

    private void level(long available, long version) {
        stock.changed(new StockLevel(BOOK, available, version), Instant.now());
    }

    private SubmissionResult submit(int qty, @Nullable String key) {
        return intake.submit(new Submission(
                        new TransactionId(UUID.randomUUID()),
                        new UserId("ann"),
                        List.of(new Line(BOOK, qty, null)),
                        null,
                        key,
                        null))
                .block(Duration.ofSeconds(20));
    }

    private long rows(String table) {
        return database.sql()
                .rows("SELECT COUNT(*) AS n FROM " + table, List.of(), row -> Sql.get(row, "n", Long.class))
                .single()
                .block();
    }
}
