package dev.saga.coupon.http;

import dev.saga.coupon.domain.Coupon;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.web.problem.Problem;
import org.jspecify.annotations.Nullable;

/** A coupon as operators see it. {@code redeemedBy} is the order that has it; null if it can be redeemed. */
record CouponResource(String code, long discount, @Nullable String redeemedBy) {
    static CouponResource of(Coupon coupon) {
        return new CouponResource(
                coupon.code().text(),
                coupon.discount().minor(),
                coupon.redeemedBy() == null ? null : coupon.redeemedBy().text());
    }

    /** The body of {@code PUT}. */
    record Request(@Nullable Long discount) {
        Money amount() {
            if (discount == null || discount < 1 || discount > Line.HIGHEST_PRICE) {
                throw Problem.invalid("discount", "must be 1 to " + Line.HIGHEST_PRICE + " but is " + discount);
            }
            return new Money(discount);
        }
    }
}
