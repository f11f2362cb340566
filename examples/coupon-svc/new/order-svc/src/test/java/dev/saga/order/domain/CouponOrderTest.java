package dev.saga.order.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.CouponEvent;
import dev.saga.events.CouponEvent.RejectReason;
import dev.saga.events.Events;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.events.PaymentEvent;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CouponOrderTest {
    private static final TransactionId ID = Events.SAGA;
    private static final List<Line> PRICED = List.of(new Line(Events.BOOK, 1, new Money(1500)));
    private static final Money LOWER = new Money(1000);

    private final Decision placed =
            Order.place(ID, Events.ANN, List.of(new Line(Events.BOOK, 1, null)), null, Events.SALE, Instant.EPOCH);

    @Test
    void publishesItsCouponAgainWithEachNudge() {
        assertThat(placed.events())
                .containsExactly(
                        new OrderEvent.Created(ID, Events.ANN, placed.order().lines(), null, Events.SALE));
        assertThat(placed.order().overdue().events()).containsExactlyElementsOf(placed.events());
    }

    @Test
    void hasNoTotalUntilItsDiscountIsKnown() {
        assertThat(after("RESERVED").totalPrice()).isNull();
        assertThat(after("RESERVED").lines()).isEqualTo(PRICED);
    }

    @ParameterizedTest
    @CsvSource({
        "RESERVED REDEEMED COMPLETED",
        "RESERVED REDEEMED COMPLETED RESERVED",
        "REDEEMED RESERVED RESERVED COMPLETED",
        "REDEEMED COMPLETED RESERVED REDEEMED",
        "COMPLETED RESERVED REDEEMED",
        "COMPLETED REDEEMED RESERVED RESERVED"
    })
    void showsTheLowerTotalWhateverTheOrderOfItsEvents(String events) {
        Order order = after(events);
        assertThat(order.status()).isEqualTo(OrderStatus.CONFIRMED);
        assertThat(order.totalPrice()).isEqualTo(LOWER);
        assertThat(order.lines()).isEqualTo(PRICED);
    }

    @Test
    void isCancelledOnceTheOthersHaveUndoneTheirPartIfItsCouponIsRejected() {
        Decision rejected = after("RESERVED").on(event("REJECTED"));
        assertThat(rejected.events()).containsExactly(new OrderEvent.Cancel(ID, CancelReason.COUPON_REJECTED));
        Order order = rejected.order();
        for (ShopEvent undone : Events.undoneExceptBy(Participant.COUPON, ID)) {
            assertThat(order.status()).isEqualTo(OrderStatus.CANCELLING);
            order = order.on(undone).order();
        }
        assertThat(order.status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(order.cancelReason()).isEqualTo(CancelReason.COUPON_REJECTED);
    }

    @Test
    void ignoresARejectionThatIsRepeatedOrLate() {
        Order cancelling = after("RESERVED REJECTED");
        assertThat(cancelling.on(event("REJECTED"))).isEqualTo(Decision.none(cancelling));
        Order confirmed = after("RESERVED REDEEMED COMPLETED");
        assertThat(confirmed.on(event("REJECTED"))).isEqualTo(Decision.none(confirmed));
    }

    @Test
    void waitsForItsCouponAfterACancel() {
        Order order = after("RESERVED REDEEMED COMPLETED")
                .cancelByUser()
                .orElseThrow()
                .order();
        for (ShopEvent undone : Events.undoneExceptBy(Participant.COUPON, ID)) {
            order = order.on(undone).order();
        }
        assertThat(order.status()).isEqualTo(OrderStatus.CANCELLING);
        assertThat(order.on(event("RETURNED")).order().status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(order.on(event("REDEEMED"))).isEqualTo(Decision.none(order));
    }

    private Order after(String events) {
        Order order = placed.order();
        for (String event : events.split(" ")) {
            order = order.on(event(event)).order();
        }
        return order;
    }

    private static ShopEvent event(String name) {
        return switch (name) {
            case "RESERVED" -> new InventoryEvent.Reserved(ID, Events.ANN, PRICED, new Money(1500), null, Events.SALE);
            case "REDEEMED" -> new CouponEvent.Redeemed(ID, Events.SALE, new Money(500), LOWER, null);
            case "REJECTED" -> new CouponEvent.Rejected(ID, RejectReason.UNKNOWN_COUPON, Events.SALE);
            case "RETURNED" -> new CouponEvent.Returned(ID, Events.SALE);
            case "COMPLETED" -> new PaymentEvent.Completed(ID, "p", LOWER);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
