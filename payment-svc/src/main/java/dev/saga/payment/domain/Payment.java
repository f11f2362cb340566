package dev.saga.payment.domain;

import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.Money;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.PaymentToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The payment of one order; the saga's fence at payment-svc. Every method is a pure function. Whatever comes first,
 * reservation or cancel, decides; the same question again is answered as before.
 *
 * @param amount null only in a tombstone, the payment of an order that was cancelled before it was reserved
 * @param token null if there was none, and as soon as the payment is settled
 * @param paymentId the gateway's name for the charge; null while nothing was taken
 * @param failReason why it FAILED; null otherwise
 * @param cancelled whether ORDER_CANCEL has come
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
        Claim claim,
        int attempts,
        @Nullable Trigger trigger,
        Instant createdAt,
        Instant updatedAt) {
    private static final String TOO_OLD = "the outcome of the charge is unknown for too long";

    /** INVENTORY_RESERVED: the first stores the intent to charge; null is no payment yet. Nothing to pay is paid at once. */
    public static Decision on(InventoryEvent.Reserved reserved, @Nullable Payment before, Instant now) {
        if (before != null) {
            return Answer.again(before);
        }
        Payment intent = first(reserved.transactionId(), PaymentStatus.AUTHORIZING, reserved, now);
        return intent.isFree() ? intent.paid("free-" + intent.id.text()) : Decision.of(intent);
    }

    /** ORDER_CANCEL: always answered, at once or when the gateway has done its part; null is no payment yet. */
    public static Decision on(OrderEvent.Cancel cancel, @Nullable Payment before, Instant now) {
        if (before != null) {
            return before.cancel();
        }
        Payment tombstone = first(cancel.transactionId(), PaymentStatus.VOIDED, null, now);
        return Decision.of(tombstone, Answer.voided(tombstone));
    }

    private static Payment first(
            TransactionId id, PaymentStatus status, InventoryEvent.@Nullable Reserved reserved, Instant now) {
        Money amount = reserved == null ? null : reserved.totalPrice();
        PaymentToken token = reserved == null ? null : reserved.paymentToken();
        boolean cancelled = reserved == null;
        return new Payment(id, status, amount, token, null, null, null, cancelled, Claim.NONE, 0, null, now, now);
    }

    private Decision cancel() {
        return switch (status) {
            case AUTHORIZING -> claim == Claim.NONE ? voidNow() : Decision.of(known());
            case COMPLETED -> isFree() ? refundNow() : Decision.of(known());
            case FAILED -> inDoubt() ? Decision.of(known()) : Decision.of(this, Answer.voided(this));
            case VOIDED -> Decision.of(this, Answer.voided(this));
            case REFUNDED -> Decision.of(this, Answer.refunded(this));
        };
    }

    private Decision voidNow() {
        return Decision.of(with(PaymentStatus.VOIDED, null, true, Claim.NONE), Answer.voided(this));
    }

    private Decision refundNow() {
        Payment refunded = with(PaymentStatus.REFUNDED, paymentId, true, Claim.NONE);
        return Decision.of(refunded, Answer.refunded(refunded));
    }

    /** An instance claims the charge: from now on it may ask the gateway. */
    public Payment claimed() {
        return status == PaymentStatus.AUTHORIZING && claim == Claim.NONE ? claimedAs(Claim.HELD) : this;
    }

    /** The instance that has claimed the charge gives it back without having asked the gateway. */
    public Payment released() {
        return claim == Claim.HELD ? claimedAs(Claim.NONE) : this;
    }

    /**
     * An instance takes up work that no other one does. What another one had claimed is in doubt from now on.
     *
     * @param tooOld whether the gateway may have forgotten the charge's key: then it is reversed and never asked for again
     */
    public Payment takenUp(boolean tooOld) {
        if (status != PaymentStatus.AUTHORIZING || claim == Claim.NONE) {
            return claimed();
        }
        Payment doubtful = claimedAs(Claim.DOUBTFUL);
        return tooOld && !cancelled ? doubtful.failed(FailReason.GATEWAY_UNAVAILABLE, TOO_OLD) : doubtful;
    }

    /** Whether the gateway may be asked to charge. Every instance checks this before it asks for what has waited. */
    public boolean mayBeCharged() {
        return task() == GatewayTask.CHARGE;
    }

    /** The instance that has claimed the charge has found it cancelled, and has not asked the gateway. */
    public Decision withdrawn() {
        return status == PaymentStatus.AUTHORIZING && cancelled ? released().cancel() : Decision.of(this);
    }

    /** The gateway's answer to a charge. */
    public Decision charged(ChargeOutcome outcome, int asked) {
        return Charging.answered(this, outcome, asked);
    }

    /** Money was taken, or there is nothing to pay. */
    Decision paid(String newPaymentId) {
        Payment taken = with(PaymentStatus.COMPLETED, newPaymentId, cancelled, Claim.NONE);
        return cancelled ? Decision.of(taken) : Decision.of(taken, Answer.completed(taken));
    }

    /** There is certainly no money. */
    Decision certain() {
        return cancelled ? voidNow() : Decision.of(this, Answer.failed(this));
    }

    /** The gateway gave the money back, or made sure that none was taken. */
    public Decision refunded() {
        if (status == PaymentStatus.COMPLETED && cancelled) {
            return refundNow();
        }
        return inDoubt() && task() == GatewayTask.REFUND ? claimedAs(Claim.NONE).certain() : Decision.of(this);
    }

    /** What is left to do with the gateway, for whoever takes it up; a claim that is held comes before. */
    public GatewayTask task() {
        return switch (status) {
            case AUTHORIZING -> cancelled ? GatewayTask.REFUND : GatewayTask.CHARGE;
            case COMPLETED -> cancelled ? GatewayTask.REFUND : GatewayTask.NOTHING;
            case FAILED, VOIDED -> inDoubt() ? GatewayTask.REFUND : GatewayTask.NOTHING;
            case REFUNDED -> GatewayTask.NOTHING;
        };
    }

    /** Whether the gateway may have taken money that it has to give back. */
    public boolean inDoubt() {
        return claim == Claim.DOUBTFUL;
    }

    private boolean isFree() {
        return Money.ZERO.equals(amount);
    }

    /** The cancel is known, and answered later. */
    private Payment known() {
        return copy(status, paymentId, failReason, failDetail, true, claim, attempts, trigger);
    }

    Payment claimedAs(Claim next) {
        return copy(status, paymentId, failReason, failDetail, cancelled, next, attempts, trigger);
    }

    Payment asked(int times) {
        return copy(status, paymentId, failReason, failDetail, cancelled, claim, attempts + times, trigger);
    }

    Payment failed(FailReason reason, String detail) {
        return copy(PaymentStatus.FAILED, null, reason, detail, cancelled, claim, attempts, trigger);
    }

    /** The same payment, remembering what asked for the gateway's work. */
    public Payment askedBy(Trigger event) {
        return copy(status, paymentId, failReason, failDetail, cancelled, claim, attempts, event);
    }

    private Payment with(PaymentStatus next, @Nullable String newId, boolean isCancelled, Claim newClaim) {
        return copy(next, newId, null, null, isCancelled, newClaim, attempts, trigger);
    }

    private Payment copy(
            PaymentStatus next,
            @Nullable String newId,
            @Nullable FailReason reason,
            @Nullable String detail,
            boolean isCancelled,
            Claim newClaim,
            int asked,
            @Nullable Trigger by) {
        PaymentToken kept = next == PaymentStatus.AUTHORIZING ? token : null;
        return new Payment(
                id, next, amount, kept, newId, reason, detail, isCancelled, newClaim, asked, by, createdAt, updatedAt);
    }
}
