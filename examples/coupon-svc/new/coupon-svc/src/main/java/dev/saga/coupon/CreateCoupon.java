package dev.saga.coupon;

import dev.saga.coupon.domain.Coupon;
import dev.saga.coupon.store.CouponStore;
import dev.saga.delivery.sql.Transactions;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Creates a coupon. */
@Component
public class CreateCoupon {
    private final CouponStore coupons;
    private final Transactions transactions;

    CreateCoupon(CouponStore coupons, Transactions transactions) {
        this.coupons = coupons;
        this.transactions = transactions;
    }

    /** Creates a coupon unless one has this code. Returns the coupon of this code as it is after the commit. */
    public Mono<Coupon> create(CouponCode code, Money discount) {
        var wanted = new Coupon(code, discount, null);
        return coupons.add(wanted)
                .flatMap(added -> added == 1
                        ? Mono.just(wanted)
                        : Transactions.requireDurableReads().then(coupons.find(code)))
                .as(transactions::retrying);
    }
}
