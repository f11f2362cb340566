package dev.saga.coupon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.coupon.domain.Coupon;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.events.CancelReason;
import dev.saga.events.CouponEvent;
import dev.saga.events.Events;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.events.ShopEventType;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FoldTest {
    @Test
    void decidesExactlyOnTheEventsThatItConsumes() {
        assertThat(Events.decidedBy(event -> Fold.of(List.of(event), Map.of(), Map.of())))
                .isEqualTo(ShopEventType.consumedBy(Participant.COUPON));
    }

    @Test
    void ofTwoOrdersInOneBatchTheFirstGetsTheCouponUntilItIsCancelled() {
        InventoryEvent.Reserved one = reserved();
        InventoryEvent.Reserved two = reserved();
        InventoryEvent.Reserved three = reserved();
        var cancelOfOne = new OrderEvent.Cancel(one.transactionId(), CancelReason.CANCELLED_BY_USER);
        var coupon = new Coupon(Events.SALE, new Money(500), null);

        Fold fold = Fold.of(
                List.of(envelope(one), envelope(two), envelope(cancelOfOne), envelope(three)),
                Map.of(),
                Map.of(coupon.code(), coupon));

        assertThat(fold.events().stream().map(event -> event.event().getClass().getSimpleName()))
                .containsExactly("Redeemed", "Rejected", "Returned", "Redeemed");
        assertThat(fold.events().get(1).event())
                .isEqualTo(new CouponEvent.Rejected(
                        two.transactionId(), CouponEvent.RejectReason.ALREADY_REDEEMED, Events.SALE));
        assertThat(fold.coupons()).containsExactly(new Coupon(Events.SALE, new Money(500), three.transactionId()));
        assertThat(fold.added()).hasSize(3);
    }

    private static InventoryEvent.Reserved reserved() {
        List<Line> lines = List.of(new Line(Events.BOOK, 1, new Money(1500)));
        return new InventoryEvent.Reserved(Events.newSaga(), Events.ANN, lines, new Money(1500), null, Events.SALE);
    }

    private static Envelope envelope(SagaEvent event) {
        return new Envelope(UUID.randomUUID(), "/test", Instant.EPOCH, null, null, event);
    }
}
