package dev.saga.lab.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.coupon.domain.Coupon;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.CouponEvent;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.inventory.domain.Stock;
import dev.saga.lab.model.Exploration.Fault;
import dev.saga.lab.model.Participants.Desk;
import dev.saga.lab.model.Participants.Outcome;
import dev.saga.lab.model.Participants.Shelf;
import dev.saga.order.domain.Order;
import dev.saga.payment.domain.Payment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks an order with a coupon, which another order may redeem, in every reachable state. */
class CouponModelCheckTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    private static final UserId USER = new UserId("ann");
    private static final List<Line> LINES = List.of(new Line(new ProductId("BOOK"), 2, null));
    private static final CouponCode CODE = new CouponCode("SALE-1");

    @Test
    void everyReachableStateIsSoundAndLeadsToAFinalOne() {
        var exploration = new Exploration(Participants.PRODUCTION, new Judge(3, 2));
        Optional<Fault> fault = exploration.explore(world());
        System.out.printf(
                "model check with a coupon: %,d states, %,d transitions%n",
                exploration.states(), exploration.transitions());
        assertThat(fault).isEmpty();
        assertThat(exploration.ends()).contains("CONFIRMED null", "CANCELLED COUPON_REJECTED");
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void findsACounterExampleOnceAFenceIsRemoved(Mutant mutant) {
        Optional<Fault> fault = new Exploration(mutant.participants, new Judge(3, 2)).explore(world());
        assertThat(fault).as(mutant.name()).isPresent();
        System.out.printf("%s: %s%n", mutant, fault.orElseThrow().summary());
    }

    private static World world() {
        Order order = Order.place(ID, USER, LINES, null, CODE, Participants.NOW).order();
        var product = new Stock(LINES.getFirst().productId(), "Book", new Money(100), 3, 0);
        return World.of(new OrderEvent.Created(ID, USER, LINES, null, CODE), order, new Shelf(null, product))
                .withDesk(new Desk(null, new Coupon(CODE, new Money(50), null)), List.of());
    }

    /** Sagas that each lack one fence of the coupon. */
    private enum Mutant {
        COUPON_FORGETS_A_CANCEL_THAT_CAME_FIRST(new Participants() {
            @Override
            public Outcome<Desk> cancelled(Desk desk, OrderEvent.Cancel event) {
                Outcome<Desk> right = PRODUCTION.cancelled(desk, event);
                return desk.redemption() == null ? new Outcome<>(desk, right.events()) : right;
            }
        }),
        A_SECOND_RESERVATION_REDEEMS_AGAIN_AFTER_THE_RETURN(new Participants() {
            @Override
            public Outcome<Desk> reserved(Desk desk, InventoryEvent.Reserved event) {
                return PRODUCTION.reserved(new Desk(null, desk.coupon()), event);
            }
        }),
        A_RESERVATION_WITH_A_COUPON_IS_CHARGED_AT_ONCE(new Participants() {
            @Override
            public Outcome<Payment> reserved(@Nullable Payment payment, InventoryEvent.Reserved event) {
                return Participants.outcome(Payment.on(event, payment, NOW));
            }
        }),
        A_REPEATED_RESERVATION_RAISES_THE_TOTAL_AGAIN(new Participants() {
            @Override
            public Outcome<Order> orderConsumes(Order order, SagaEvent event) {
                return PRODUCTION.orderConsumes(
                        order,
                        event instanceof InventoryEvent.Reserved r
                                ? new CouponEvent.Redeemed(r.transactionId(), CODE, Money.ZERO, r.totalPrice(), null)
                                : event);
            }
        });

        final Participants participants;

        Mutant(Participants participants) {
            this.participants = participants;
        }
    }
}
