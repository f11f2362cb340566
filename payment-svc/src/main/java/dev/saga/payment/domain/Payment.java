package dev.saga.payment.domain;

import static java.util.Objects.requireNonNull;

import dev.saga.events.InventoryEvent;
import dev.saga.events.Money;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.PaymentToken;
import dev.saga.events.TransactionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The payment of one order; the saga's fence at payment-svc. Every method is a pure function. Whatever comes first,
 * reservation or cancel, decides; the same question again is answered as before.
 *
 * @param amount null only in a tombstone, the payment of an order that was cancelled before it was reserved
 * @param paymentId the gateway's name for the charge; null while nothing was taken
 * @param failReason why it FAILED; null otherwise
 * @param cancelled whether ORDER_CANCEL has come
 * @param inDoubt whether the gateway may have taken money that it has to give back
 * @param attempts how often the gateway was asked to charge
 * @param trigger what asked for the gateway's work; null where there never was any
 */
public record Payment(
        TransactionId id,
        PaymentStatus status,
        @Nullable Money amount,
        @Nullable PaymentToken token,
        @Nullable String paymentId,
        @Nullable FailReason failReason,
        @Nullable String failDetail,
        boolean cancelled,
        boolean inDoubt,
        int attempts,
        @Nullable Trigger trigger,
        Instant createdAt,
        Instant updatedAt) {
    /** INVENTORY_RESERVED: the first stores the intent to charge; null is no payment yet. */
    public static Decision on(InventoryEvent.Reserved reserved, @Nullable Payment before, Instant now) {
        return before != null
                ? before.answerAgain()
                : Decision.of(first(reserved.transactionId(), PaymentStatus.AUTHORIZING, reserved, now));
    }

    /** ORDER_CANCEL: always answered, at once or when the gateway has done its part; null is no payment yet. */
    public static Decision on(OrderEvent.Cancel cancel, @Nullable Payment before, Instant now) {
        if (before != null) {
            return before.cancel();
        }
        Payment tombstone = first(cancel.transactionId(), PaymentStatus.VOIDED, null, now);
        return Decision.of(tombstone, tombstone.voided());
    }

    private static Payment first(
            TransactionId id, PaymentStatus status, InventoryEvent.@Nullable Reserved reserved, Instant now) {
        Money amount = reserved == null ? null : reserved.totalPrice();
        PaymentToken token = reserved == null ? null : reserved.paymentToken();
        return new Payment(id, status, amount, token, null, null, null, reserved == null, false, 0, null, now, now);
    }

    private Decision answerAgain() {
        return switch (status) {
            case AUTHORIZING -> Decision.of(this);
            case COMPLETED -> cancelled ? Decision.of(this) : Decision.of(this, completed());
            case FAILED -> inDoubt ? Decision.of(this) : Decision.of(this, failed());
            case VOIDED -> amount == null ? Decision.of(this) : Decision.of(this, voided());
            case REFUNDED -> Decision.of(this, refundedEvent());
        };
    }

    private Decision cancel() {
        return switch (status) {
            case AUTHORIZING, COMPLETED -> Decision.of(with(status, paymentId, true, inDoubt));
            case FAILED -> inDoubt ? Decision.of(with(status, paymentId, true, true)) : Decision.of(this, voided());
            case VOIDED -> Decision.of(this, voided());
            case REFUNDED -> Decision.of(this, refundedEvent());
        };
    }

    /** The gateway's answer to a charge. */
    public Decision charged(ChargeOutcome outcome, int asked) {
        if (status != PaymentStatus.AUTHORIZING) {
            return tooLate(outcome);
        }
        return with(status, paymentId, failReason, failDetail, cancelled, inDoubt, attempts + asked, trigger)
                .charged(outcome);
    }

    /** Another instance has settled this already. Money that was taken all the same goes back. */
    private Decision tooLate(ChargeOutcome outcome) {
        boolean takenInVain = outcome instanceof ChargeOutcome.Approved
                && (status == PaymentStatus.FAILED || status == PaymentStatus.VOIDED);
        return Decision.of(takenInVain ? with(status, null, cancelled, true) : this);
    }

    private Decision charged(ChargeOutcome outcome) {
        return switch (outcome) {
            case ChargeOutcome.Approved approved -> {
                Payment taken = with(PaymentStatus.COMPLETED, approved.paymentId(), cancelled, false);
                yield cancelled ? Decision.of(taken) : Decision.of(taken, taken.completed());
            }
            case ChargeOutcome.Declined declined ->
                notTaken(FailReason.DECLINED, declined.detail(), inDoubt || declined.inDoubt());
            case ChargeOutcome.Unavailable down ->
                notTaken(FailReason.GATEWAY_UNAVAILABLE, down.detail(), inDoubt || down.inDoubt());
        };
    }

    /** While money may have been taken nothing is said: what is said of a failure is that there is none. */
    private Decision notTaken(FailReason reason, String detail, boolean doubt) {
        Payment failed = with(PaymentStatus.FAILED, null, reason, detail, cancelled, doubt, attempts, trigger);
        if (doubt) {
            return Decision.of(failed);
        }
        return cancelled
                ? Decision.of(with(PaymentStatus.VOIDED, null, true, false), voided())
                : Decision.of(failed, failed.failed());
    }

    /** Another instance takes up what the first did not settle: from now on the charge is in doubt. */
    public Payment takenUp() {
        return status == PaymentStatus.AUTHORIZING ? with(status, paymentId, cancelled, true) : this;
    }

    /** The gateway gave the money back, or made sure that none was taken. */
    public Decision refunded() {
        if (task() != GatewayTask.REFUND) {
            return Decision.of(this);
        }
        if (status == PaymentStatus.COMPLETED) {
            Payment refunded = with(PaymentStatus.REFUNDED, paymentId, true, false);
            return Decision.of(refunded, refunded.refundedEvent());
        }
        Payment certain = with(status, null, cancelled, false);
        return Decision.of(certain, cancelled ? voided() : certain.failed());
    }

    /** What is left to do with the gateway. */
    public GatewayTask task() {
        return switch (status) {
            case AUTHORIZING -> GatewayTask.CHARGE;
            case COMPLETED -> cancelled ? GatewayTask.REFUND : GatewayTask.NOTHING;
            case FAILED, VOIDED -> inDoubt ? GatewayTask.REFUND : GatewayTask.NOTHING;
            case REFUNDED -> GatewayTask.NOTHING;
        };
    }

    private PaymentEvent completed() {
        return new PaymentEvent.Completed(id, requireNonNull(paymentId), requireNonNull(amount));
    }

    private PaymentEvent failed() {
        return new PaymentEvent.Failed(id, requireNonNull(failReason), requireNonNull(failDetail));
    }

    private PaymentEvent voided() {
        return new PaymentEvent.Voided(id);
    }

    private PaymentEvent refundedEvent() {
        return new PaymentEvent.Refunded(id, requireNonNull(paymentId), requireNonNull(amount));
    }

    private Payment with(PaymentStatus newStatus, @Nullable String newPaymentId, boolean isCancelled, boolean doubt) {
        return with(newStatus, newPaymentId, failReason, failDetail, isCancelled, doubt, attempts, trigger);
    }

    private Payment with(
            PaymentStatus newStatus,
            @Nullable String newId,
            @Nullable FailReason reason,
            @Nullable String detail,
            boolean isCancelled,
            boolean doubt,
            int asked,
            @Nullable Trigger askedBy) {
        return new Payment(
                id,
                newStatus,
                amount,
                token,
                newId,
                reason,
                detail,
                isCancelled,
                doubt,
                asked,
                askedBy,
                createdAt,
                updatedAt);
    }

    /** The same payment, remembering what asked for the gateway's work. */
    public Payment askedBy(Trigger event) {
        return with(status, paymentId, failReason, failDetail, cancelled, inDoubt, attempts, event);
    }
}
