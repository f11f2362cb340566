package dev.saga.events;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import org.jspecify.annotations.Nullable;

/** An event that coupon-svc publishes. */
public sealed interface CouponEvent extends ShopEvent {

    /**
     * The coupon is redeemed for the order; the event requests the payment.
     *
     * @param discount the amount by which the total became lower
     * @param totalPrice the total after the discount
     */
    record Redeemed(
            TransactionId transactionId,
            CouponCode couponCode,
            Money discount,
            Money totalPrice,
            @Nullable PaymentToken paymentToken)
            implements CouponEvent {
        public Redeemed {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(couponCode, "coupon_code is missing");
            requireNonNull(discount, "discount is missing");
            requireNonNull(totalPrice, "total_price is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.COUPON_REDEEMED;
        }

        @Override
        public String detail() {
            return couponCode + " discount " + discount.minor() + " total " + totalPrice.minor();
        }
    }

    /** Nothing is redeemed. */
    record Rejected(TransactionId transactionId, RejectReason reason, CouponCode couponCode) implements CouponEvent {
        public Rejected {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(reason, "reason is missing");
            requireNonNull(couponCode, "coupon_code is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.COUPON_REJECTED;
        }

        @Override
        public String detail() {
            return reason + " " + couponCode;
        }
    }

    /** The response to ORDER_CANCEL: the coupon that can be redeemed again, null if none was redeemed. */
    record Returned(TransactionId transactionId, @Nullable CouponCode couponCode) implements CouponEvent {
        public Returned {
            requireNonNull(transactionId, "transaction_id is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.COUPON_RETURNED;
        }

        @Override
        public String detail() {
            return couponCode == null ? "nothing was redeemed" : couponCode.text();
        }
    }

    /** The reason why a coupon could not be redeemed. */
    enum RejectReason {
        UNKNOWN_COUPON,
        ALREADY_REDEEMED,
        /** A reason that this version does not know. */
        OTHER
    }
}
