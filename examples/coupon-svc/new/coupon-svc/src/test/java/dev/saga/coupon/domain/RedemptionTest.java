package dev.saga.coupon.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.CouponEvent;
import dev.saga.events.CouponEvent.RejectReason;
import dev.saga.events.Events;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedemptionTest {
    private static final TransactionId ID = Events.SAGA;
    private static final CouponCode CODE = Events.SALE;
    private static final PaymentToken TOKEN = new PaymentToken("tok_approve");
    private static final Coupon FREE = new Coupon(CODE, new Money(500), null);
    private static final Coupon OURS = FREE.redeem(ID);
    private static final CouponEvent.Returned NOTHING = new CouponEvent.Returned(ID, null);
    private static final OrderEvent.Cancel CANCEL = new OrderEvent.Cancel(ID, CancelReason.CANCELLED_BY_USER);

    private final Redemption redeemed = new Redemption.Redeemed(ID, CODE, new Money(500), new Money(1000), TOKEN);

    @Test
    void redeemsTheCouponAndLowersTheTotal() {
        Decision decision = Redemption.on(reserved(1500), null, Map.of(CODE, FREE));
        assertThat(decision.redemption()).isEqualTo(redeemed);
        assertThat(decision.coupon()).isEqualTo(OURS);
        assertThat(decision.events())
                .containsExactly(new CouponEvent.Redeemed(ID, CODE, new Money(500), new Money(1000), TOKEN));
    }

    @ParameterizedTest
    @CsvSource({"501, 500, 1", "500, 500, 0", "499, 499, 0", "0, 0, 0"})
    void neverLowersATotalBelowZero(long total, long discount, long charged) {
        assertThat(Redemption.on(reserved(total), null, Map.of(CODE, FREE)).events())
                .containsExactly(new CouponEvent.Redeemed(ID, CODE, new Money(discount), new Money(charged), TOKEN));
    }

    @Test
    void refusesACouponThatDoesNotExist() {
        Decision decision = Redemption.on(reserved(1500), null, Map.of());
        assertThat(decision.events()).containsExactly(new CouponEvent.Rejected(ID, RejectReason.UNKNOWN_COUPON, CODE));
        assertThat(decision.coupon()).isNull();
    }

    @Test
    void refusesACouponThatAnotherOrderHas() {
        Decision decision = Redemption.on(reserved(1500), null, Map.of(CODE, FREE.redeem(Events.newSaga())));
        assertThat(decision.events())
                .containsExactly(new CouponEvent.Rejected(ID, RejectReason.ALREADY_REDEEMED, CODE));
        assertThat(decision.coupon()).isNull();
    }

    @Test
    void repeatsItsAnswerToASecondReservationWithoutASecondEffect() {
        repeats(redeemed, Map.of(CODE, OURS), ((Redemption.Redeemed) redeemed).event());
        var refused = new Redemption.Refused(ID, CODE, RejectReason.ALREADY_REDEEMED);
        repeats(refused, Map.of(CODE, FREE), refused.event());
        var returned = new Redemption.Returned(ID, CODE);
        repeats(returned, Map.of(CODE, FREE), returned.event());
    }

    private static void repeats(Redemption before, Map<CouponCode, Coupon> coupons, CouponEvent answer) {
        Decision decision = Redemption.on(reserved(1500), before, coupons);
        assertThat(decision).isEqualTo(Decision.repeat(before, answer));
    }

    @Test
    void cancellationBeforeReservationRedeemsNothing() {
        Decision cancelled = Redemption.on(CANCEL, null, Map.of());
        assertThat(cancelled.redemption()).isEqualTo(new Redemption.NeverRedeemed(ID));
        assertThat(cancelled.changed()).isTrue();
        assertThat(cancelled.events()).containsExactly(NOTHING);
        Decision late = Redemption.on(reserved(1500), cancelled.redemption(), Map.of(CODE, FREE));
        assertThat(late).isEqualTo(Decision.silent(cancelled.redemption()));
    }

    @Test
    void givesTheCouponBack() {
        Decision decision = Redemption.on(CANCEL, redeemed, Map.of(CODE, OURS));
        assertThat(decision.redemption()).isEqualTo(new Redemption.Returned(ID, CODE));
        assertThat(decision.coupon()).isEqualTo(FREE);
        assertThat(decision.events()).containsExactly(new CouponEvent.Returned(ID, CODE));
    }

    @Test
    void answersEveryFurtherCancelWithoutTakingTheCouponFromTheOrderThatHasItNow() {
        Map<CouponCode, Coupon> others = Map.of(CODE, FREE.redeem(Events.newSaga()));
        var returned = new Redemption.Returned(ID, CODE);
        assertThat(Redemption.on(CANCEL, returned, others)).isEqualTo(Decision.repeat(returned, returned.event()));
        var refused = new Redemption.Refused(ID, CODE, RejectReason.ALREADY_REDEEMED);
        assertThat(Redemption.on(CANCEL, refused, others)).isEqualTo(Decision.repeat(refused, NOTHING));
        var tombstone = new Redemption.NeverRedeemed(ID);
        assertThat(Redemption.on(CANCEL, tombstone, others)).isEqualTo(Decision.repeat(tombstone, NOTHING));
    }

    private static InventoryEvent.Reserved reserved(long total) {
        List<Line> lines = List.of(new Line(Events.BOOK, 1, new Money(total)));
        return new InventoryEvent.Reserved(ID, Events.ANN, lines, new Money(total), TOKEN, CODE);
    }
}
