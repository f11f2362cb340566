package dev.saga.payment.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaymentTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    private static final Money TOTAL = new Money(3000);
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final InventoryEvent.Reserved RESERVED = new InventoryEvent.Reserved(
            ID, new UserId("ann"), List.of(new Line(new ProductId("BOOK"), 2, new Money(1500))), TOTAL, null);
    private static final OrderEvent.Cancel CANCEL = new OrderEvent.Cancel(ID, CancelReason.CANCELLED_BY_USER);
    private static final PaymentEvent VOIDED = new PaymentEvent.Voided(ID);
    private static final ChargeOutcome APPROVED = new ChargeOutcome.Approved("p");
    private static final ChargeOutcome DECLINED = new ChargeOutcome.Declined("no", false);

    private final Payment intent = Payment.on(RESERVED, null, NOW).payment();
    private final Payment authorizing = intent.claimed();
    private final Payment completed = authorizing.charged(APPROVED, 1).payment();
    private final Payment cancelledInFlight =
            Payment.on(CANCEL, authorizing, NOW).payment();

    @Test
    void storesTheIntentAndPublishesNothingUntilTheGatewayHasResponded() {
        assertThat(authorizing.status()).isEqualTo(PaymentStatus.AUTHORIZING);
        assertThat(authorizing.task()).isEqualTo(GatewayTask.CHARGE);
        assertThat(Payment.on(RESERVED, null, NOW).events()).isEmpty();
        assertThat(Payment.on(RESERVED, authorizing, NOW)).isEqualTo(Decision.of(authorizing));
    }

    @Test
    void isCompletedWhenTheGatewayApproves() {
        Decision decision = authorizing.charged(APPROVED, 2);
        assertThat(decision.events()).containsExactly(new PaymentEvent.Completed(ID, "p", TOTAL));
        assertThat(decision.payment().attempts()).isEqualTo(2);
        assertThat(completed.task()).isEqualTo(GatewayTask.NOTHING);
        assertThat(Payment.on(RESERVED, completed, NOW))
                .isEqualTo(Decision.of(completed, new PaymentEvent.Completed(ID, "p", TOTAL)));
        assertThat(completed.charged(APPROVED, 1)).as("a second outcome").isEqualTo(Decision.of(completed));
    }

    @Test
    void failsWhenTheGatewayDeclinesAndIsVoidedByTheCancelThatFollows() {
        Decision failed = authorizing.charged(DECLINED, 1);
        assertThat(failed.events()).containsExactly(new PaymentEvent.Failed(ID, FailReason.DECLINED, "no"));
        assertThat(Payment.on(RESERVED, failed.payment(), NOW).events()).isEqualTo(failed.events());
        assertThat(Payment.on(CANCEL, failed.payment(), NOW).events()).containsExactly(VOIDED);
    }

    @Test
    void cancelBeforeReservationIsNeverCharged() {
        Decision tombstone = Payment.on(CANCEL, null, NOW);
        assertThat(tombstone.events()).containsExactly(VOIDED);
        assertThat(tombstone.payment().task()).isEqualTo(GatewayTask.NOTHING);
        Decision late = Payment.on(RESERVED, tombstone.payment(), NOW);
        assertThat(late).isEqualTo(Decision.of(tombstone.payment()));
        assertThat(Payment.on(CANCEL, tombstone.payment(), NOW).events()).containsExactly(VOIDED);
    }

    @Test
    void aCancelDuringAChargeThatTakesMoneyEndsInARefund() {
        assertThat(Payment.on(CANCEL, authorizing, NOW).events()).isEmpty();
        Decision taken = cancelledInFlight.charged(APPROVED, 1);
        assertThat(taken.events()).as("the order is not revived").isEmpty();
        assertThat(taken.payment().task()).isEqualTo(GatewayTask.REFUND);
        Decision refunded = taken.payment().refunded();
        assertThat(refunded.events()).containsExactly(new PaymentEvent.Refunded(ID, "p", TOTAL));
        assertThat(refunded.payment().refunded()).as("once").isEqualTo(Decision.of(refunded.payment()));
    }

    @Test
    void aCancelDuringAChargeThatTakesNothingEndsInAVoid() {
        Decision declined = cancelledInFlight.charged(DECLINED, 1);
        assertThat(declined.events()).containsExactly(VOIDED);
        assertThat(declined.payment().status()).isEqualTo(PaymentStatus.VOIDED);
        assertThat(Payment.on(RESERVED, declined.payment(), NOW).events()).containsExactly(VOIDED);
    }

    @Test
    void givesTheMoneyOfACompletedPaymentBackOnce() {
        Decision cancelled = Payment.on(CANCEL, completed, NOW);
        assertThat(cancelled.events()).isEmpty();
        assertThat(cancelled.payment().task()).isEqualTo(GatewayTask.REFUND);
        assertThat(Payment.on(CANCEL, cancelled.payment(), NOW)).isEqualTo(Decision.of(cancelled.payment()));
        assertThat(Payment.on(RESERVED, cancelled.payment(), NOW).events()).isEmpty();
        Payment refunded = cancelled.payment().refunded().payment();
        assertThat(refunded.status()).isEqualTo(PaymentStatus.REFUNDED);
        PaymentEvent answer = new PaymentEvent.Refunded(ID, "p", TOTAL);
        assertThat(Payment.on(CANCEL, refunded, NOW).events()).containsExactly(answer);
        assertThat(Payment.on(RESERVED, refunded, NOW).events()).containsExactly(answer);
    }

    @Test
    void aChargeInDoubtIsReversedBeforeItsFailureIsPublished() {
        Decision failed = authorizing.charged(new ChargeOutcome.Unavailable("time-out", true), 3);
        assertThat(failed.events()).isEmpty();
        assertThat(failed.payment().task()).isEqualTo(GatewayTask.REFUND);
        assertThat(Payment.on(RESERVED, failed.payment(), NOW).events()).isEmpty();
        Decision cancelled = Payment.on(CANCEL, failed.payment(), NOW);
        assertThat(cancelled.events()).isEmpty();
        Decision reversed = cancelled.payment().refunded();
        assertThat(reversed.events()).containsExactly(VOIDED);
        assertThat(reversed.payment().task()).isEqualTo(GatewayTask.NOTHING);

        Decision reversedFirst = failed.payment().refunded();
        assertThat(reversedFirst.events())
                .containsExactly(new PaymentEvent.Failed(ID, FailReason.GATEWAY_UNAVAILABLE, "time-out"));
        assertThat(Payment.on(CANCEL, reversedFirst.payment(), NOW).events()).containsExactly(VOIDED);
    }

    @Test
    void aChargeThatAnInstanceLeftUnsettledStaysInDoubtUnlessItIsApproved() {
        Payment takenUp = authorizing.takenUp(false);
        Decision declined = takenUp.charged(DECLINED, 1);
        assertThat(declined.events()).isEmpty();
        assertThat(declined.payment().task()).isEqualTo(GatewayTask.REFUND);
        assertThat(declined.payment().refunded().events())
                .containsExactly(new PaymentEvent.Failed(ID, FailReason.DECLINED, "no"));
        assertThat(takenUp.charged(APPROVED, 1).payment()).isEqualTo(completed);
        assertThat(completed.takenUp(true)).isEqualTo(completed);
    }

    @Test
    void moneyThatIsTakenAfterAnotherInstanceHasSettledIsRefunded() {
        ChargeOutcome down = new ChargeOutcome.Unavailable("down", false);
        Payment failed = authorizing.charged(down, 3).payment();
        Payment voided = cancelledInFlight.charged(down, 3).payment();
        for (Payment settled : List.of(failed, voided)) {
            Decision late = settled.charged(APPROVED, 1);
            assertThat(late.events()).isEmpty();
            assertThat(late.payment().task()).isEqualTo(GatewayTask.REFUND);
            assertThat(late.payment().status()).isEqualTo(settled.status());
            assertThat(late.payment().refunded().payment().task()).isEqualTo(GatewayTask.NOTHING);
            assertThat(settled.charged(DECLINED, 1)).isEqualTo(Decision.of(settled));
        }
    }

    @Test
    void anUnavailableGatewayThatTookNothingLeavesNothingToReverse() {
        Decision failed = authorizing.charged(new ChargeOutcome.Unavailable("down", false), 3);
        assertThat(failed.payment().task()).isEqualTo(GatewayTask.NOTHING);
        Decision inFlight = cancelledInFlight.charged(new ChargeOutcome.Unavailable("down", false), 3);
        assertThat(inFlight.events()).containsExactly(VOIDED);
    }

    @Test
    void aCancelOfAnUnclaimedChargeIsVoidedAtOnceAndNeverCharged() {
        Decision cancelled = Payment.on(CANCEL, intent, NOW);
        assertThat(cancelled.events()).containsExactly(VOIDED);
        assertThat(cancelled.payment().status()).isEqualTo(PaymentStatus.VOIDED);
        assertThat(cancelled.payment().task()).isEqualTo(GatewayTask.NOTHING);
        assertThat(Payment.on(CANCEL, authorizing.released(), NOW)).isEqualTo(cancelled);
        assertThat(intent.takenUp(true)).as("unclaimed").isEqualTo(authorizing);
    }

    @Test
    void aCancelledChargeThatIsTakenUpIsReversedAndNeverSent() {
        Payment takenUp = cancelledInFlight.takenUp(false);
        assertThat(takenUp.mayBeCharged()).isFalse();
        assertThat(takenUp.task()).isEqualTo(GatewayTask.REFUND);
        assertThat(takenUp.withdrawn())
                .as("another instance may have called it")
                .isEqualTo(Decision.of(takenUp));
        Decision reversed = takenUp.refunded();
        assertThat(reversed.events()).containsExactly(VOIDED);
        assertThat(reversed.payment().status()).isEqualTo(PaymentStatus.VOIDED);
        assertThat(cancelledInFlight.refunded()).as("its claim is held").isEqualTo(Decision.of(cancelledInFlight));
    }

    @Test
    void aChargeThatIsFoundCancelledBeforeTheCallIsVoided() {
        assertThat(cancelledInFlight.withdrawn().events()).containsExactly(VOIDED);
        assertThat(cancelledInFlight.withdrawn().payment().task()).isEqualTo(GatewayTask.NOTHING);
        assertThat(authorizing.withdrawn()).isEqualTo(Decision.of(authorizing));
        assertThat(completed.withdrawn()).isEqualTo(Decision.of(completed));
    }

    @Test
    void aChargeWhoseKeyMayBeForgottenIsReversedAndThenFails() {
        Payment old = authorizing.takenUp(true);
        assertThat(old.task()).isEqualTo(GatewayTask.REFUND);
        assertThat(Payment.on(RESERVED, old, NOW).events()).isEmpty();
        assertThat(old.refunded().events())
                .singleElement()
                .isInstanceOfSatisfying(
                        PaymentEvent.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(FailReason.GATEWAY_UNAVAILABLE));
        assertThat(Payment.on(CANCEL, old, NOW).payment().refunded().events()).containsExactly(VOIDED);
    }

    @Test
    void nothingToPayIsPaidAndGivenBackWithoutTheGateway() {
        var free = new InventoryEvent.Reserved(
                ID,
                new UserId("ann"),
                List.of(new Line(new ProductId("BOOK"), 2, Money.ZERO)),
                Money.ZERO,
                new PaymentToken("tok_decline"));
        Decision paid = Payment.on(free, null, NOW);
        assertThat(paid.events()).containsExactly(new PaymentEvent.Completed(ID, "free-" + ID.text(), Money.ZERO));
        assertThat(paid.payment().task()).isEqualTo(GatewayTask.NOTHING);
        assertThat(Payment.on(free, paid.payment(), NOW).events()).isEqualTo(paid.events());
        Decision back = Payment.on(CANCEL, paid.payment(), NOW);
        assertThat(back.events()).containsExactly(new PaymentEvent.Refunded(ID, "free-" + ID.text(), Money.ZERO));
        assertThat(back.payment().task()).isEqualTo(GatewayTask.NOTHING);
    }
}
