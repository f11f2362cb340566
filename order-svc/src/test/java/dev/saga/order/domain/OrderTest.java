package dev.saga.order.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.Events;
import dev.saga.events.InventoryEvent;
import dev.saga.events.InventoryEvent.RejectReason;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.events.PaymentEvent;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    private static final UserId ANN = new UserId("ann");
    private static final ProductId BOOK = new ProductId("BOOK");
    private static final Money TOTAL = new Money(3000);
    private static final List<Line> PRICED = List.of(new Line(BOOK, 2, new Money(1500)));

    private final Decision placed =
            Order.place(ID, ANN, List.of(new Line(BOOK, 2, null)), null, Instant.parse("2026-11-21T00:00:00Z"));
    private final Order pending = placed.order();
    private final Order confirmed = pending.on(completed()).order();
    private final Order cancelling = pending.cancelByUser().orElseThrow().order();

    @Test
    void publishesOrderCreatedWhenItIsPlaced() {
        assertThat(pending.status()).isEqualTo(OrderStatus.PENDING);
        assertThat(placed.events()).containsExactly(new OrderEvent.Created(ID, ANN, pending.lines(), null));
    }

    @Test
    void storesPricesWhenStockIsReserved() {
        Decision decision = pending.on(reserved());
        assertThat(decision.events()).isEmpty();
        assertThat(decision.order().status()).isEqualTo(OrderStatus.PENDING);
        assertThat(decision.order().totalPrice()).isEqualTo(TOTAL);
        assertThat(decision.order().lines()).isEqualTo(PRICED);
    }

    @Test
    void isConfirmedWhenItIsPaid() {
        Decision decision = pending.on(reserved()).order().on(completed());
        assertThat(decision.order().status()).isEqualTo(OrderStatus.CONFIRMED);
        assertThat(decision.events()).containsExactly(new OrderEvent.Confirmed(ID, ANN, TOTAL));
    }

    @Test
    void isConfirmedByAPaymentThatComesBeforeTheReservation() {
        assertThat(confirmed.status()).isEqualTo(OrderStatus.CONFIRMED);
        Decision late = confirmed.on(reserved());
        assertThat(late.events()).isEmpty();
        assertThat(late.order().status()).isEqualTo(OrderStatus.CONFIRMED);
        assertThat(late.order().lines()).isEqualTo(PRICED);
    }

    @ParameterizedTest
    @CsvSource({"OUT_OF_STOCK", "UNKNOWN_PRODUCT", "PRICE_CHANGED"})
    void isCancelledAtOnceWhenStockIsRefused(String reason) {
        Decision decision = pending.on(rejected(RejectReason.valueOf(reason)));
        assertThat(decision.order().status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(decision.order().cancelReason()).isEqualTo(CancelReason.valueOf(reason));
        assertThat(decision.events()).containsExactly(new OrderEvent.Cancelled(ID, ANN, CancelReason.valueOf(reason)));
    }

    @ParameterizedTest
    @CsvSource({"DECLINED,PAYMENT_DECLINED", "GATEWAY_UNAVAILABLE,PAYMENT_UNAVAILABLE"})
    void publishesOrderCancelWhenThePaymentFailsAndWaitsForTheOthersAlone(String failed, CancelReason reason) {
        Decision decision = pending.on(new PaymentEvent.Failed(ID, FailReason.valueOf(failed), "no"));
        assertThat(decision.order().status()).isEqualTo(OrderStatus.CANCELLING);
        assertThat(decision.events()).containsExactly(new OrderEvent.Cancel(ID, reason));
        Order cancelled = undone(decision.order(), Events.undoneExceptBy(Participant.PAYMENT, ID));
        assertThat(cancelled.status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(cancelled.cancelReason()).isEqualTo(reason);
    }

    @Test
    void isCancelledByItsUserOnceEachParticipantHasUndoneItsPart() {
        Order undoing = cancelling;
        Decision last = Decision.none(undoing);
        for (ShopEvent response : Events.undone(ID)) {
            assertThat(undoing.status()).isEqualTo(OrderStatus.CANCELLING);
            last = undoing.on(response);
            undoing = last.order();
            assertThat(undoing.on(response).events())
                    .as("the same response again")
                    .isEmpty();
        }
        assertThat(undoing.status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(last.events()).containsExactly(new OrderEvent.Cancelled(ID, ANN, CancelReason.CANCELLED_BY_USER));
    }

    @Test
    void isCancelledByItsUserAfterItWasConfirmedAndRefunded() {
        Order undoing = confirmed.cancelByUser().orElseThrow().order();
        Order half = undoing.on(new PaymentEvent.Refunded(ID, "p", TOTAL)).order();
        assertThat(half.status()).isEqualTo(OrderStatus.CANCELLING);
        assertThat(undone(half, Events.undoneExceptBy(Participant.PAYMENT, ID)).status())
                .isEqualTo(OrderStatus.CANCELLED);
    }

    @Test
    void isNotRevivedByAPaymentThatComesAfterTheCancel() {
        assertThat(cancelling.on(completed())).isEqualTo(Decision.none(cancelling));
        Order cancelled = undone(cancelling, Events.undone(ID));
        assertThat(cancelled.status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(cancelled.on(completed())).isEqualTo(Decision.none(cancelled));
    }

    @Test
    void waitsForBothAnswersWhenARefusalCrossesTheUsersCancel() {
        assertThat(cancelling.on(rejected(RejectReason.OUT_OF_STOCK))).isEqualTo(Decision.none(cancelling));
        assertThat(cancelling.on(new PaymentEvent.Failed(ID, FailReason.DECLINED, "no")))
                .isEqualTo(Decision.none(cancelling));
    }

    @Test
    void acceptsARepeatedCancelOfItsUserWithoutASecondEffectAndRefusesALateOne() {
        assertThat(cancelling.cancelByUser()).contains(Decision.none(cancelling));
        Order rejected = pending.on(rejected(RejectReason.OUT_OF_STOCK)).order();
        assertThat(rejected.cancelByUser()).isEmpty();
    }

    @Test
    void isCancelledByAnOperatorUnlessItIsCancelledForAnotherReason() {
        for (Order open : List.of(pending, confirmed)) {
            Decision decision = open.cancelByOperator().orElseThrow();
            assertThat(decision.events())
                    .containsExactly(new OrderEvent.Cancel(ID, CancelReason.CANCELLED_BY_OPERATOR));
            assertThat(decision.order().cancelByOperator()).contains(Decision.none(decision.order()));
            assertThat(decision.order().cancelByUser()).isEmpty();
        }
        assertThat(cancelling.cancelByOperator()).isEmpty();
    }

    @Test
    void isNudgedThreeTimesAndThenTimesOut() {
        Order order = pending;
        for (int i = 1; i <= Order.MOST_NUDGES; i++) {
            Decision nudge = order.overdue();
            assertThat(nudge.events()).containsExactlyElementsOf(placed.events());
            order = nudge.order();
        }
        Decision end = order.overdue();
        assertThat(end.events()).containsExactly(new OrderEvent.Cancel(ID, CancelReason.TIMED_OUT));
        assertThat(end.order().status()).isEqualTo(OrderStatus.CANCELLING);
    }

    @Test
    void startsItsNudgesAnewAfterProgress() {
        Order nudged = pending.overdue().order().overdue().order();
        assertThat(nudged.progress().nudges()).isEqualTo(2);
        assertThat(nudged.on(reserved()).order().progress().nudges()).isZero();
        assertThat(nudged.on(reserved())
                        .order()
                        .on(reserved())
                        .order()
                        .progress()
                        .nudges())
                .isZero();
    }

    @Test
    void neverGivesUpUndoingAndPausesLongerEachTime() {
        Duration step = Duration.ofSeconds(10);
        Order order = cancelling;
        assertThat(order.progress().pauseBeforeNudge(step)).contains(step);
        for (int i = 0; i < 20; i++) {
            Decision nudge = order.overdue();
            assertThat(nudge.events()).containsExactly(new OrderEvent.Cancel(ID, CancelReason.CANCELLED_BY_USER));
            order = nudge.order();
        }
        assertThat(order.progress().pauseBeforeNudge(step)).contains(Duration.ofSeconds(320));
        assertThat(confirmed.progress().pauseBeforeNudge(step)).isEmpty();
    }

    private static PaymentEvent completed() {
        return new PaymentEvent.Completed(ID, "p", TOTAL);
    }

    private static InventoryEvent reserved() {
        return new InventoryEvent.Reserved(ID, ANN, PRICED, TOTAL, null);
    }

    private static InventoryEvent rejected(RejectReason reason) {
        return new InventoryEvent.Rejected(ID, reason, BOOK);
    }

    private static Order undone(Order order, List<ShopEvent> responses) {
        for (ShopEvent response : responses) {
            order = order.on(response).order();
        }
        return order;
    }
}
