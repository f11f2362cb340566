package dev.saga.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.Line;
import dev.saga.events.Money;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentToken;
import dev.saga.events.ProductId;
import dev.saga.events.TransactionId;
import dev.saga.events.UserId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.Trigger;
import dev.saga.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real MariaDB. */
class PaymentStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-21T02:03:04.567Z");
    private final TransactionId id = new TransactionId(UUID.randomUUID());
    private TestDatabase database;
    private PaymentStore store;

    @BeforeEach
    void migrate() {
        database = TestDatabase.migrated();
        store = store(Duration.ofHours(1));
    }

    private PaymentStore store(Duration lease) {
        return new PaymentStore(
                database.sql(),
                Clock.fixed(NOW, ZoneOffset.UTC),
                new PaymentProperties(
                        1, 1, Duration.ofSeconds(1), 1, Duration.ofMillis(1), lease, lease, Duration.ofSeconds(1), 1));
    }

    @Test
    void readsBackEveryStatus() {
        Payment intent = intent().askedBy(new Trigger(UUID.randomUUID(), "00-x-y-01"));
        database.committed(store.add(List.of(intent)));
        assertThat(store.find(id).block()).isEqualTo(intent);
        Payment completed =
                intent.charged(new ChargeOutcome.Approved("pay-1"), 2).payment();
        Payment failed =
                intent.charged(new ChargeOutcome.Unavailable("down", true), 3).payment();
        Payment refunded =
                Payment.on(cancel(), completed, NOW).payment().refunded().payment();
        for (Payment changed : List.of(completed, failed, refunded)) {
            database.committed(store.save(List.of(changed)));
            assertThat(store.find(id).block()).isEqualTo(changed);
        }
    }

    @Test
    void keepsNoTraceContextThatIsNotOfTheUsualForm() {
        for (String odd : List.of("00-π-y-01", "x".repeat(56))) {
            Payment intent = intent().askedBy(new Trigger(UUID.randomUUID(), odd));
            database.committed(store.save(List.of(intent)));
            assertThat(store.find(id).block().trigger().traceparent()).isNull();
        }
    }

    @Test
    void readsBackATombstone() {
        Payment tombstone = Payment.on(cancel(), null, NOW).payment();
        database.committed(store.add(List.of(tombstone)));
        assertThat(store.find(id).block()).isEqualTo(tombstone);
    }

    @Test
    void leavesWorkToItsInstanceUntilTheLeaseIsOverAndThenHoldsTheChargeInDoubt() {
        database.committed(store.add(List.of(intent())));
        assertThat(database.committed(store.takeUp(10))).isEmpty();
        PaymentStore impatient = store(Duration.ZERO);
        database.committed(impatient.save(List.of(intent())));
        assertThat(database.committed(impatient.takeUp(10)))
                .extracting(Payment::id)
                .containsExactly(id);
        assertThat(store.find(id).block().inDoubt()).isTrue();
        Payment settled = store.find(id)
                .block()
                .charged(new ChargeOutcome.Approved("pay-1"), 1)
                .payment();
        database.committed(impatient.save(List.of(settled)));
        assertThat(database.committed(impatient.takeUp(10)))
                .as("nothing left to do")
                .isEmpty();
    }

    private Payment intent() {
        var line = new Line(new ProductId("BOOK"), 2, new Money(1500));
        var reserved = new InventoryEvent.Reserved(
                id, new UserId("ann"), List.of(line), new Money(3000), new PaymentToken("tok_slow"));
        return Payment.on(reserved, null, NOW).payment();
    }

    private OrderEvent.Cancel cancel() {
        return new OrderEvent.Cancel(id, CancelReason.TIMED_OUT);
    }
}
