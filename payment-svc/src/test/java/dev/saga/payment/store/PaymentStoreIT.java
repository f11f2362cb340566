package dev.saga.payment.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Claim;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import dev.saga.payment.domain.Trigger;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestInfra;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the store on a real MariaDB. */
class PaymentStoreIT {
    private static final Instant NOW = Instant.parse("2026-11-21T02:03:04.567Z");
    private final TransactionId id = new TransactionId(UUID.randomUUID());
    private TestDatabase database;
    private PaymentStore store;

    @BeforeEach
    void migrate() {
        database = TestDatabase.migrated();
        store = store(Duration.ofHours(1), Duration.ofHours(12), Duration.ofSeconds(2));
    }

    private PaymentStore store(Duration lease, Duration keyLifetime, Duration retryRefund) {
        var settings = new StoreSettings(lease, keyLifetime, retryRefund, Duration.ofSeconds(60));
        return new PaymentStore(database.sql(), Clock.fixed(NOW, ZoneOffset.UTC), settings);
    }

    @Test
    void readsBackEveryStatus() {
        Payment intent = intent().withTrigger(new Trigger(UUID.randomUUID(), "00-x-y-01"))
                .claimed();
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
            Payment intent = intent().withTrigger(new Trigger(UUID.randomUUID(), odd));
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
    void leavesAClaimedChargeToItsInstanceUntilTheLeaseIsOverAndThenMarksItInDoubt() {
        database.committed(store.add(List.of(intent().claimed())));
        assertThat(database.committed(store.takeUp(true, 10))).isEmpty();
        letTheLeaseRunOut();
        assertThat(database.committed(store.takeUp(true, 10)))
                .extracting(Payment::id)
                .containsExactly(id);
        assertThat(store.find(id).block().inDoubt()).isTrue();
        assertThat(database.committed(store.takeUp(true, 10)))
                .as("leased again")
                .isEmpty();
        Payment settled = store.find(id)
                .block()
                .charged(new ChargeOutcome.Approved("pay-1"), 1)
                .payment();
        database.committed(store.save(List.of(settled)));
        letTheLeaseRunOut();
        assertThat(database.committed(store.takeUp(true, 10)))
                .as("nothing left to do")
                .isEmpty();
    }

    @Test
    void takesUpAnUnclaimedChargeAtOnceAndWithoutDoubt() {
        database.committed(store.add(List.of(intent())));
        assertThat(database.committed(store.takeUp(true, 10)))
                .extracting(Payment::claim)
                .containsExactly(Claim.HELD);
        assertThat(store.find(id).block().claim()).isEqualTo(Claim.HELD);
    }

    @Test
    void takesUpACancelledChargeAsARefundAndNeverAsACharge() {
        Payment claimed = intent().claimed();
        database.committed(store.add(List.of(claimed)));
        letTheLeaseRunOut();
        database.committed(store.save(List.of(Payment.on(cancel(), claimed, NOW).payment())));
        assertThat(database.committed(store.takeUp(true, 10))).isEmpty();
        assertThat(database.committed(store.takeUp(false, 10)))
                .as("the cancel has not moved the lease")
                .extracting(Payment::task)
                .containsExactly(GatewayTask.REFUND);
    }

    @Test
    void reversesAChargeWhoseKeyTheGatewayMayHaveForgotten() {
        database.committed(store.add(List.of(intent().claimed())));
        letTheLeaseRunOut();
        PaymentStore forgetful = store(Duration.ofSeconds(30), Duration.ofHours(1), Duration.ofSeconds(2));
        assertThat(database.committed(forgetful.takeUp(true, 10)))
                .extracting(Payment::task)
                .containsExactly(GatewayTask.CHARGE);
        letTheLeaseRunOut();
        letPass("claimed_at", Duration.ofHours(2));
        assertThat(database.committed(forgetful.takeUp(true, 10)))
                .extracting(Payment::task)
                .containsExactly(GatewayTask.REFUND);
        assertThat(store.find(id).block().status()).isEqualTo(PaymentStatus.FAILED);
    }

    @Test
    void aChargeWaitsWhileARecordOfItsSagaIsParked() {
        database.committed(store.add(List.of(intent())));
        database.committed(database.sql()
                .update(
                        "INSERT INTO dead_letter (transaction_id, topic, partition_no, offset_no, record_time, kind, reason,"
                                + " parked_at)"
                                + " VALUES (?, 'order', 0, 0, 0, 'behind', 'behind another one', " + now() + ")",
                        List.of(id.value())));
        assertThat(store.findHeld(List.of(id)).block()).containsExactly(id);
        assertThat(database.committed(store.takeUp(true, 10))).isEmpty();
        database.committed(database.sql().update("UPDATE dead_letter SET resolved_at = " + now(), List.of()));
        assertThat(database.committed(store.takeUp(true, 10))).as("postponed").isEmpty();
        letTheLeaseRunOut();
        assertThat(database.committed(store.takeUp(true, 10))).hasSize(1);
    }

    @Test
    void returnsWhichChargesMayStillBeSent() {
        Payment claimed = intent().claimed();
        var unknown = new TransactionId(UUID.randomUUID());
        database.committed(store.add(List.of(claimed)));
        assertThat(store.mayBeCharged(List.of(unknown, id)).block()).containsExactly(false, true);
        database.committed(store.save(List.of(Payment.on(cancel(), claimed, NOW).payment())));
        assertThat(store.mayBeCharged(List.of(id)).block()).containsExactly(false);
    }

    @Test
    void pausesGrowWithEachFailureUpToABound() {
        PaymentStore patient = store(Duration.ofSeconds(30), Duration.ofHours(12), Duration.ofSeconds(10));
        database.committed(patient.add(List.of(intent().claimed())));
        for (int longest : List.of(10, 20, 40, 60, 60)) {
            database.committed(patient.postpone(List.of(id)));
            assertThat(secondsUntilDue()).isBetween(longest * 0.74, (double) longest);
        }
    }

    @Test
    void forgetsTheTokenOnceThePaymentIsSettled() {
        Payment intent = intent().claimed();
        database.committed(store.add(List.of(intent)));
        assertThat(tokens()).isEqualTo(1);
        database.committed(store.save(
                List.of(intent.charged(new ChargeOutcome.Approved("pay-1"), 1).payment())));
        assertThat(tokens()).isZero();
    }

    private long tokens() {
        return database.sql()
                .rows(
                        "SELECT COUNT(payment_token) AS found FROM payment",
                        List.of(),
                        row -> Sql.get(row, "found", Long.class))
                .single()
                .block();
    }

    private double secondsUntilDue() {
        return database.sql()
                .rows(
                        TestInfra.of(
                                "SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), due_at) / 1000000.0 AS due FROM payment",
                                "SELECT EXTRACT(EPOCH FROM due_at - " + now() + ") AS due FROM payment"),
                        List.of(),
                        row -> Sql.get(row, "due", Double.class))
                .single()
                .block();
    }

    private void letTheLeaseRunOut() {
        letPass("due_at", Duration.ofHours(2));
    }

    private void letPass(String column, Duration time) {
        database.committed(database.sql()
                .update(
                        "UPDATE payment SET " + column + " = "
                                + database.sql().dialect().before("?"),
                        List.of(time.toNanos() / 1_000)));
    }

    private String now() {
        return database.sql().dialect().now();
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
