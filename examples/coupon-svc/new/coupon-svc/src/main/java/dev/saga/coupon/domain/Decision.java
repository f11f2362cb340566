package dev.saga.coupon.domain;

import dev.saga.events.CouponEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The new state of a redemption and of its coupon, and the events to publish; all are stored together.
 *
 * @param changed true if the redemption is to be written
 * @param coupon the coupon in its new state; null if none changed
 */
public record Decision(
        Redemption redemption, boolean changed, @Nullable Coupon coupon, List<CouponEvent> events) {

    static Decision changed(Redemption redemption, @Nullable Coupon coupon, CouponEvent event) {
        return new Decision(redemption, true, coupon, List.of(event));
    }

    /** Repeats the earlier response, without a second effect. */
    static Decision repeat(Redemption redemption, CouponEvent event) {
        return new Decision(redemption, false, null, List.of(event));
    }

    static Decision silent(Redemption redemption) {
        return new Decision(redemption, false, null, List.of());
    }
}
