package dev.saga.payment.domain;

import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The payment of one order, and the fence of the saga at payment-svc. Every method is a pure function. The first
 * event, reservation or cancel, creates the payment; a cancel always wins. A repeated event has no second effect, and its
 * reply follows from the present state.
 *
 * @param amount null only in a tombstone, the payment of an order that was cancelled before it was reserved
 * @param token null if there was none, and once the payment is no longer AUTHORIZING
 * @param cancelled true once ORDER_CANCEL was handled
 * @param attempts calls to the gateway to charge
 * @param trigger the event that caused the work with the gateway; null if there never was any
 */
public record Payment(
        TransactionId id,
        @Nullable Money amount,
        @Nullable PaymentToken token,
        Result result,
        boolean cancelled,
        Claim claim,
        int attempts,
        @Nullable Trigger trigger,
        Instant createdAt,
        Instant updatedAt) {
    private static final String TOO_OLD = "the outcome of the charge is unknown for too long";

    public PaymentStatus status() {
        return result.status();
    }

    /**
     * Decides on INVENTORY_RESERVED. The first one stores the intent to charge; an amount of 0 is completed at once.
     *
     * @param before null if there is no payment yet
     */
    public static Decision on(InventoryEvent.Reserved reserved, @Nullable Payment before, Instant now) {
        if (before != null) {
            return Answer.repeat(before);
        }
        Payment intent = first(reserved.transactionId(), Result.AUTHORIZING, reserved, now);
        return intent.isFree() ? intent.complete("free-" + intent.id.text()) : Decision.of(intent);
    }

    /**
     * Decides on ORDER_CANCEL. A response is always published, at once or after the work with the gateway.
     *
     * @param before null if there is no payment yet
     */
    public static Decision on(OrderEvent.Cancel cancel, @Nullable Payment before, Instant now) {
        if (before != null) {
            return before.cancel();
        }
        Payment tombstone = first(cancel.transactionId(), Result.VOIDED, null, now);
        return Decision.of(tombstone, Answer.voided(tombstone));
    }

    private static Payment first(
            TransactionId id, Result result, InventoryEvent.@Nullable Reserved reserved, Instant now) {
        Money amount = reserved == null ? null : reserved.totalPrice();
        PaymentToken token = reserved == null ? null : reserved.paymentToken();
        boolean cancelled = reserved == null;
        return new Payment(id, amount, token, result, cancelled, Claim.NONE, 0, null, now, now);
    }

    private Decision cancel() {
        return switch (status()) {
            case AUTHORIZING -> claim == Claim.NONE ? voidNow() : Decision.of(withCancel());
            case COMPLETED -> isFree() ? refundNow() : Decision.of(withCancel());
            case FAILED -> inDoubt() ? Decision.of(withCancel()) : Decision.of(this, Answer.voided(this));
            case VOIDED -> Decision.of(this, Answer.voided(this));
            case REFUNDED -> Decision.of(this, Answer.refunded(this));
        };
    }

    private Decision voidNow() {
        return Decision.of(settled(Result.VOIDED, true), Answer.voided(this));
    }

    private Decision refundNow() {
        Payment refunded = settled(Result.refunded(result.paymentId()), true);
        return Decision.of(refunded, Answer.refunded(refunded));
    }

    /** Claims the charge for an instance, which may then call the gateway. */
    public Payment claimed() {
        return status() == PaymentStatus.AUTHORIZING && claim == Claim.NONE ? withClaim(Claim.HELD) : this;
    }

    /** Releases a claim whose instance has not called the gateway. */
    public Payment released() {
        return claim == Claim.HELD ? withClaim(Claim.NONE) : this;
    }

    /**
     * Takes up work that no other instance does. A charge that another instance had claimed is in doubt from now on.
     *
     * @param tooOld true if the gateway may have forgotten the key of the charge; the charge is then reversed and never
     *     sent again
     */
    public Payment takenUp(boolean tooOld) {
        if (status() != PaymentStatus.AUTHORIZING || claim == Claim.NONE) {
            return claimed();
        }
        Payment doubtful = withClaim(Claim.DOUBTFUL);
        return tooOld && !cancelled ? doubtful.withFailure(FailReason.GATEWAY_UNAVAILABLE, TOO_OLD) : doubtful;
    }

    /**
     * Returns true if the gateway may be called to charge. Every instance checks this before it sends a charge that has
     * waited.
     */
    public boolean mayBeCharged() {
        return task() == GatewayTask.CHARGE;
    }

    /** Decides for a claimed charge that was found cancelled before the gateway was called. */
    public Decision withdrawn() {
        return status() == PaymentStatus.AUTHORIZING && cancelled ? released().cancel() : Decision.of(this);
    }

    /** Decides on the outcome of a charge. */
    public Decision charged(ChargeOutcome outcome, int newAttempts) {
        return Charging.settle(this, outcome, newAttempts);
    }

    /** Completes the payment: money was taken, or there is nothing to pay. */
    Decision complete(String newPaymentId) {
        Payment taken = settled(Result.completed(newPaymentId), cancelled);
        return cancelled ? Decision.of(taken) : Decision.of(taken, Answer.completed(taken));
    }

    /** Decides for a payment for which certainly no money was taken. */
    Decision settleUntaken() {
        return cancelled ? voidNow() : Decision.of(this, Answer.failed(this));
    }

    /** Decides on a refund or a reversal: the gateway returned the money, or made sure that none was taken. */
    public Decision refunded() {
        if (status() == PaymentStatus.COMPLETED && cancelled) {
            return refundNow();
        }
        return inDoubt() && task() == GatewayTask.REFUND ? withClaim(Claim.NONE).settleUntaken() : Decision.of(this);
    }

    /**
     * Returns the work that is left to do with the gateway. While the claim is HELD, its instance
     * does this work; others do only after the lease. A VOIDED payment is in doubt if a charge was approved after it was
     * voided.
     */
    public GatewayTask task() {
        return switch (status()) {
            case AUTHORIZING -> cancelled ? GatewayTask.REFUND : GatewayTask.CHARGE;
            case COMPLETED -> cancelled ? GatewayTask.REFUND : GatewayTask.NOTHING;
            case FAILED, VOIDED -> inDoubt() ? GatewayTask.REFUND : GatewayTask.NOTHING;
            case REFUNDED -> GatewayTask.NOTHING;
        };
    }

    /** Returns true if the gateway may have taken money that it has to give back. */
    public boolean inDoubt() {
        return claim == Claim.DOUBTFUL;
    }

    private boolean isFree() {
        return Money.ZERO.equals(amount);
    }

    /** Returns this payment with the cancel recorded; the response follows later. */
    private Payment withCancel() {
        return copy(result, true, claim, attempts, trigger);
    }

    Payment withClaim(Claim next) {
        return copy(result, cancelled, next, attempts, trigger);
    }

    Payment withAttempts(int more) {
        return copy(result, cancelled, claim, attempts + more, trigger);
    }

    Payment withFailure(FailReason reason, String detail) {
        return copy(Result.failed(reason, detail), cancelled, claim, attempts, trigger);
    }

    /** Returns this payment with the event that caused its work with the gateway. */
    public Payment withTrigger(Trigger event) {
        return copy(result, cancelled, claim, attempts, event);
    }

    private Payment settled(Result next, boolean isCancelled) {
        return copy(next, isCancelled, Claim.NONE, attempts, trigger);
    }

    private Payment copy(Result next, boolean isCancelled, Claim newClaim, int newAttempts, @Nullable Trigger by) {
        PaymentToken kept = next.status() == PaymentStatus.AUTHORIZING ? token : null;
        return new Payment(id, amount, kept, next, isCancelled, newClaim, newAttempts, by, createdAt, updatedAt);
    }
}
