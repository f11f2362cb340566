package dev.saga.coupon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.coupon.domain.Coupon;
import dev.saga.coupon.domain.Redemption;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import dev.saga.events.CouponEvent.RejectReason;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests both stores on a real MariaDB. */
class CouponStoresIT {
    private static final CouponCode CODE = new CouponCode("SALE");
    private static TestDatabase database;
    private static RedemptionStore redemptions;
    private static CouponStore coupons;

    @BeforeAll
    static void migrate() {
        database = TestDatabase.migrated();
        redemptions = new RedemptionStore(database.sql());
        coupons = new CouponStore(database.sql());
    }

    @Test
    void readsBackEveryKindOfRedemption() {
        List<Redemption> all = List.of(
                new Redemption.Redeemed(id(), CODE, new Money(5), new Money(0), new PaymentToken("tok_slow")),
                new Redemption.Redeemed(id(), CODE, new Money(5), new Money(10), null),
                new Redemption.Refused(id(), CODE, RejectReason.UNKNOWN_COUPON),
                new Redemption.Returned(id(), CODE),
                new Redemption.NeverRedeemed(id()));
        database.committed(redemptions.add(all));
        List<TransactionId> ids = all.stream().map(Redemption::id).toList();
        assertThat(database.committed(redemptions.lock(ids)).values()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void marksARedemptionAsReturned() {
        var redeemed = new Redemption.Redeemed(id(), CODE, new Money(5), new Money(10), null);
        var returned = new Redemption.Returned(redeemed.id(), CODE);
        database.committed(redemptions.add(List.of(redeemed)));
        database.committed(redemptions.save(List.of(returned)));
        assertThat(database.committed(redemptions.lock(List.of(redeemed.id())))).containsValue(returned);
    }

    @Test
    void aFenceOfAConcurrentTransactionFailsThisOneWhichThenRunsAgain() {
        var fence = new Redemption.NeverRedeemed(id());
        database.committed(redemptions.add(List.of(fence)));
        assertThatThrownBy(() -> database.committed(redemptions.add(List.of(fence))))
                .satisfies(failure ->
                        assertThat(FailurePolicy.isTransient(failure)).isTrue());
    }

    @Test
    void keepsTheOrderThatRedeemedACouponUntilItGivesTheCouponBack() {
        var free = new Coupon(new CouponCode("ONCE"), new Money(5), null);
        var redeemed = new Coupon(free.code(), free.discount(), id());
        database.committed(coupons.add(free));
        database.committed(coupons.save(List.of(redeemed)));
        assertThat(database.committed(coupons.lock(Set.of(free.code())))).containsValue(redeemed);
        database.committed(coupons.save(List.of(free)));
        assertThat(coupons.find(free.code()).block()).isEqualTo(free);
    }

    @Test
    void aSecondCouponOfTheSameCodeChangesNothingAndCodesDifferInCase() {
        var first = new Coupon(new CouponCode("TWICE"), new Money(5), null);
        assertThat(database.committed(coupons.add(first))).isOne();
        assertThat(database.committed(coupons.add(new Coupon(first.code(), new Money(9), null))))
                .isZero();
        assertThat(database.committed(coupons.add(new Coupon(new CouponCode("twice"), new Money(9), null))))
                .isOne();
        assertThat(coupons.find(first.code()).block()).isEqualTo(first);
        assertThat(coupons.page("TWICE", 10)
                        .map(coupon -> coupon.code().text())
                        .collectList()
                        .block())
                .containsExactly("twice");
    }

    private static TransactionId id() {
        return new TransactionId(UUID.randomUUID());
    }
}
