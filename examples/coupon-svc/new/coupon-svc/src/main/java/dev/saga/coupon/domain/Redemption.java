package dev.saga.coupon.domain;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.CouponEvent;
import dev.saga.events.CouponEvent.RejectReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decision of coupon-svc on one order, and the fence of the saga. Each step is decided once: a repeated event gets
 * the same response, without a second effect.
 */
public sealed interface Redemption {
    TransactionId id();

    /** The coupon is redeemed for the order. */
    record Redeemed(
            TransactionId id,
            CouponCode code,
            Money discount,
            Money totalPrice,
            @Nullable PaymentToken paymentToken) implements Redemption {
        CouponEvent event() {
            return new CouponEvent.Redeemed(id, code, discount, totalPrice, paymentToken);
        }
    }

    /** Nothing is redeemed: there is no such coupon, or another order has it. */
    record Refused(TransactionId id, CouponCode code, RejectReason reason) implements Redemption {
        CouponEvent event() {
            return new CouponEvent.Rejected(id, reason, code);
        }
    }

    /** The coupon was redeemed and given back. */
    record Returned(TransactionId id, CouponCode code) implements Redemption {
        CouponEvent event() {
            return new CouponEvent.Returned(id, code);
        }
    }

    /** The cancel came first: a tombstone. The INVENTORY_RESERVED that follows redeems nothing. */
    record NeverRedeemed(TransactionId id) implements Redemption {
        CouponEvent event() {
            return new CouponEvent.Returned(id, null);
        }
    }

    /**
     * Decides on the INVENTORY_RESERVED of an order with a coupon.
     *
     * @param before the earlier decision; null if there is none
     */
    static Decision on(InventoryEvent.Reserved reserved, @Nullable Redemption before, Map<CouponCode, Coupon> coupons) {
        return switch (before) {
            case null -> decide(reserved, requireNonNull(reserved.couponCode()), coupons);
            case Redeemed redeemed -> Decision.repeat(redeemed, redeemed.event());
            case Refused refused -> Decision.repeat(refused, refused.event());
            case Returned returned -> Decision.repeat(returned, returned.event());
            case NeverRedeemed tombstone -> Decision.silent(tombstone);
        };
    }

    /**
     * Decides on ORDER_CANCEL. Always publishes COUPON_RETURNED.
     *
     * @param before the earlier decision; null if there is none
     */
    static Decision on(OrderEvent.Cancel cancel, @Nullable Redemption before, Map<CouponCode, Coupon> coupons) {
        return switch (before) {
            case null -> tombstone(new NeverRedeemed(cancel.transactionId()));
            case Redeemed redeemed -> giveBack(redeemed, coupons);
            case Refused refused -> Decision.repeat(refused, new CouponEvent.Returned(refused.id, null));
            case Returned returned -> Decision.repeat(returned, returned.event());
            case NeverRedeemed tombstone -> Decision.repeat(tombstone, tombstone.event());
        };
    }

    private static Decision decide(InventoryEvent.Reserved reserved, CouponCode code, Map<CouponCode, Coupon> coupons) {
        TransactionId id = reserved.transactionId();
        Coupon coupon = coupons.get(code);
        if (coupon == null || coupon.isRedeemed()) {
            var refused =
                    new Refused(id, code, coupon == null ? RejectReason.UNKNOWN_COUPON : RejectReason.ALREADY_REDEEMED);
            return Decision.changed(refused, null, refused.event());
        }
        Money discount = coupon.discountOn(reserved.totalPrice());
        var total = new Money(reserved.totalPrice().minor() - discount.minor());
        var redeemed = new Redeemed(id, code, discount, total, reserved.paymentToken());
        return Decision.changed(redeemed, coupon.redeem(id), redeemed.event());
    }

    private static Decision tombstone(NeverRedeemed tombstone) {
        return Decision.changed(tombstone, null, tombstone.event());
    }

    private static Decision giveBack(Redeemed redeemed, Map<CouponCode, Coupon> coupons) {
        Coupon coupon = requireNonNull(coupons.get(redeemed.code), "a redeemed coupon is gone");
        var returned = new Returned(redeemed.id, redeemed.code);
        return Decision.changed(returned, coupon.giveBack(), returned.event());
    }
}
