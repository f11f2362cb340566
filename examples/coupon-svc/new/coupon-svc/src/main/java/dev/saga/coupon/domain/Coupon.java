package dev.saga.coupon.domain;

import dev.saga.event.TransactionId;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import org.jspecify.annotations.Nullable;

/**
 * A coupon, which one order can redeem.
 *
 * @param discount the amount by which it lowers a total; a total never becomes negative
 * @param redeemedBy the order that has redeemed it; null if it can be redeemed
 */
public record Coupon(
        CouponCode code, Money discount, @Nullable TransactionId redeemedBy) {

    boolean isRedeemed() {
        return redeemedBy != null;
    }

    /** Returns the amount by which it lowers this total. */
    Money discountOn(Money total) {
        return new Money(Math.min(discount.minor(), total.minor()));
    }

    Coupon redeem(TransactionId order) {
        return new Coupon(code, discount, order);
    }

    Coupon giveBack() {
        return new Coupon(code, discount, null);
    }
}
