package dev.saga.coupon.http;

import dev.saga.coupon.CreateCoupon;
import dev.saga.coupon.domain.Coupon;
import dev.saga.coupon.store.CouponStore;
import dev.saga.delivery.work.Detached;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import dev.saga.web.Limits;
import dev.saga.web.problem.Problem;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Creates and lists coupons, for operators. */
@RestController
@RequestMapping(path = "/coupons", produces = MediaType.APPLICATION_JSON_VALUE)
final class CouponController {
    private static final int MOST = 1000;

    private final CouponStore coupons;
    private final CreateCoupon createCoupon;

    CouponController(CouponStore coupons, CreateCoupon createCoupon) {
        this.coupons = coupons;
        this.createCoupon = createCoupon;
    }

    /** Returns coupons in the order of their codes; {@code after} is the last code of the previous page. */
    @GetMapping
    Mono<List<CouponResource>> list(
            @RequestParam(defaultValue = "200") int limit, @RequestParam(defaultValue = "") String after) {
        String last = after.isEmpty() ? "" : new CouponCode(after).text();
        return coupons.page(last, Limits.page(limit, MOST))
                .map(CouponResource::of)
                .collectList();
    }

    @GetMapping("/{code}")
    Mono<CouponResource> get(@PathVariable String code) {
        return coupons.find(new CouponCode(code))
                .map(CouponResource::of)
                .switchIfEmpty(Mono.error(() -> Problem.notFound("coupon", "There is no coupon " + code + ".")));
    }

    /** Creates a coupon. A repetition with the same discount changes nothing; one with another discount is refused. */
    @PutMapping("/{code}")
    Mono<CouponResource> put(@PathVariable String code, @RequestBody CouponResource.Request request) {
        Money discount = request.amount();
        return Detached.run(createCoupon.create(new CouponCode(code), discount))
                .map(coupon -> CouponResource.of(requireSame(coupon, discount)));
    }

    private static Coupon requireSame(Coupon coupon, Money discount) {
        if (!coupon.discount().equals(discount)) {
            throw Problem.conflict(
                    "coupon-exists",
                    "Coupon " + coupon.code() + " has a discount of "
                            + coupon.discount().minor() + ".");
        }
        return coupon;
    }
}
