package dev.saga.lab.model;

import dev.saga.event.SagaEvent;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.inventory.domain.Reservation;
import dev.saga.inventory.domain.Stock;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.domain.Progress;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Claim;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sagas that each lack one fence. The model check must find a fault in every one. */
enum Mutant {
    INVENTORY_FORGETS_A_CANCEL_THAT_CAME_FIRST(new Participants() {
        @Override
        public Outcome<Shelf> cancelled(Shelf shelf, OrderEvent.Cancel event) {
            Outcome<Shelf> right = PRODUCTION.cancelled(shelf, event);
            return shelf.reservation() == null ? new Outcome<>(shelf, right.events()) : right;
        }
    }),
    A_CANCEL_WITHOUT_A_RESERVATION_ADDS_STOCK(new Participants() {
        @Override
        public Outcome<Shelf> cancelled(Shelf shelf, OrderEvent.Cancel event) {
            Outcome<Shelf> right = PRODUCTION.cancelled(shelf, event);
            return shelf.reservation() == null ? more(right) : right;
        }
    }),
    A_SECOND_CANCEL_GIVES_BACK_AGAIN(new Participants() {
        @Override
        public Outcome<Shelf> cancelled(Shelf shelf, OrderEvent.Cancel event) {
            Outcome<Shelf> right = PRODUCTION.cancelled(shelf, event);
            return shelf.reservation() instanceof Reservation.Released ? more(right) : right;
        }
    }),
    A_SECOND_CREATION_RESERVES_AGAIN(new Participants() {
        @Override
        public Outcome<Shelf> created(Shelf shelf, OrderEvent.Created event) {
            return PRODUCTION.created(new Shelf(null, shelf.stock()), event);
        }
    }),
    INVENTORY_DOES_NOT_REPLY_TO_A_REPEATED_CANCEL(new Participants() {
        @Override
        public Outcome<Shelf> cancelled(Shelf shelf, OrderEvent.Cancel event) {
            return shelf.reservation() instanceof Reservation.Released
                    ? new Outcome<>(shelf, List.of())
                    : PRODUCTION.cancelled(shelf, event);
        }
    }),
    PAYMENT_FORGETS_A_CANCEL_THAT_CAME_FIRST(new Participants() {
        @Override
        public Outcome<Payment> reserved(@Nullable Payment payment, InventoryEvent.Reserved event) {
            boolean tombstone = payment != null && payment.amount() == null;
            return PRODUCTION.reserved(tombstone ? null : payment, event);
        }
    }),
    A_SECOND_RESERVATION_IS_CHARGED_AFTER_A_VOID(new Participants() {
        @Override
        public Outcome<Payment> reserved(@Nullable Payment payment, InventoryEvent.Reserved event) {
            boolean over = payment != null && payment.amount() != null && payment.status() == PaymentStatus.VOIDED;
            return PRODUCTION.reserved(over ? null : payment, event);
        }
    }),
    PAYMENT_REPLIES_TO_A_CANCEL_BEFORE_THE_OUTCOME_IS_KNOWN(new Participants() {
        @Override
        public Outcome<Payment> cancelled(@Nullable Payment payment, OrderEvent.Cancel event) {
            Outcome<Payment> right = PRODUCTION.cancelled(payment, event);
            return right.state().status() == PaymentStatus.AUTHORIZING
                    ? new Outcome<>(right.state(), List.of(new PaymentEvent.Voided(event.transactionId())))
                    : right;
        }
    }),
    A_CHARGE_IS_VOIDED_INSTEAD_OF_REFUNDED(new Participants() {
        @Override
        public Outcome<Payment> cancelled(@Nullable Payment payment, OrderEvent.Cancel event) {
            return payment != null && payment.status() == PaymentStatus.COMPLETED
                    ? new Outcome<>(payment, List.of(new PaymentEvent.Voided(event.transactionId())))
                    : PRODUCTION.cancelled(payment, event);
        }
    }),
    PAYMENT_DOES_NOT_REPLY_TO_A_REPEATED_CANCEL(new Participants() {
        @Override
        public Outcome<Payment> cancelled(@Nullable Payment payment, OrderEvent.Cancel event) {
            return payment != null && payment.cancelled()
                    ? new Outcome<>(payment, List.of())
                    : PRODUCTION.cancelled(payment, event);
        }
    }),
    A_LOST_ANSWER_COUNTS_AS_CERTAIN_FAILURE(new Participants() {
        @Override
        public Outcome<Payment> charged(Payment payment, ChargeOutcome answer) {
            return PRODUCTION.charged(
                    payment,
                    answer instanceof ChargeOutcome.Unavailable down
                            ? new ChargeOutcome.Unavailable(down.detail(), false)
                            : answer);
        }
    }),
    A_DECLINE_AFTER_A_LOST_ANSWER_LEAVES_NO_DOUBT(new Participants() {
        @Override
        public Outcome<Payment> charged(Payment payment, ChargeOutcome answer) {
            return PRODUCTION.charged(
                    payment,
                    answer instanceof ChargeOutcome.Declined no
                            ? new ChargeOutcome.Declined(no.detail(), false)
                            : answer);
        }
    }),
    AN_UNSETTLED_CHARGE_IS_TAKEN_UP_WITHOUT_DOUBT(new Participants() {
        @Override
        public Payment takenUp(Payment payment, boolean tooOld) {
            return payment.claimed();
        }
    }),
    THE_FENCE_BEFORE_A_CHARGE_IS_MISSING(new Participants() {
        @Override
        public boolean mayBeCharged(Payment payment) {
            return true;
        }
    }),
    A_WITHDRAWN_CHARGE_IS_VOIDED_THOUGH_ANOTHER_INSTANCE_MAY_HAVE_CHARGED(new Participants() {
        @Override
        public Outcome<Payment> withdrawn(Payment payment) {
            return PRODUCTION.withdrawn(certain(payment));
        }
    }),
    A_CHARGE_THAT_ANOTHER_INSTANCE_MAY_HAVE_REQUESTED_IS_TAKEN_BACK(new Participants() {
        @Override
        public Outcome<Payment> cancelledWhileItWaits(Payment payment, OrderEvent.Cancel event) {
            return PRODUCTION.cancelledWhileItWaits(certain(payment), event);
        }
    }),
    A_CHARGE_THAT_IS_TOO_OLD_FAILS_WITHOUT_BEING_REVERSED(new Participants() {
        @Override
        public Payment takenUp(Payment payment, boolean tooOld) {
            Payment right = PRODUCTION.takenUp(payment, tooOld);
            return tooOld ? certain(right) : right;
        }
    }),
    A_LATE_PAYMENT_REVIVES_A_CANCELLED_ORDER(new Participants() {
        @Override
        public Outcome<Order> orderConsumes(Order order, SagaEvent event) {
            return event instanceof PaymentEvent.Completed
                    ? PRODUCTION.orderConsumes(with(order, OrderStatus.PENDING), event)
                    : PRODUCTION.orderConsumes(order, event);
        }
    }),
    AN_ORDER_IS_CANCELLED_BEFORE_ALL_PARTICIPANTS_HAVE_REPLIED(new Participants() {
        @Override
        public Outcome<Order> orderConsumes(Order order, SagaEvent event) {
            return order.status() == OrderStatus.CANCELLING && event instanceof InventoryEvent.Released
                    ? new Outcome<>(with(order, OrderStatus.CANCELLED), List.of())
                    : PRODUCTION.orderConsumes(order, event);
        }
    }),
    A_CANCELLING_ORDER_IS_NEVER_NUDGED(new Participants() {
        @Override
        public Outcome<Order> overdue(Order order) {
            return order.status() == OrderStatus.CANCELLING
                    ? new Outcome<>(order, List.of())
                    : PRODUCTION.overdue(order);
        }
    }),
    A_TIMED_OUT_ORDER_IS_CANCELLED_WITHOUT_WAITING_FOR_REPLIES(new Participants() {
        @Override
        public Outcome<Order> overdue(Order order) {
            Outcome<Order> right = PRODUCTION.overdue(order);
            return right.state().status() == OrderStatus.CANCELLING && order.status() == OrderStatus.PENDING
                    ? new Outcome<>(with(right.state(), OrderStatus.CANCELLED), List.of())
                    : right;
        }
    });

    final Participants participants;

    Mutant(Participants participants) {
        this.participants = participants;
    }

    private static Participants.Outcome<Participants.Shelf> more(Participants.Outcome<Participants.Shelf> right) {
        Stock stock = right.state().stock();
        var added =
                new Stock(stock.productId(), stock.name(), stock.unitPrice(), stock.available() + 2, stock.reserved());
        return new Participants.Outcome<>(new Participants.Shelf(right.state().reservation(), added), right.events());
    }

    /** Returns the payment with a claim that is not doubtful. */
    private static Payment certain(Payment p) {
        return new Payment(
                p.id(),
                p.amount(),
                p.token(),
                p.result(),
                p.cancelled(),
                p.inDoubt() ? Claim.HELD : p.claim(),
                p.attempts(),
                p.trigger(),
                p.createdAt(),
                p.updatedAt());
    }

    private static Order with(Order o, OrderStatus status) {
        return o.with(new Progress(
                status, o.cancelReason(), o.progress().undone(), o.progress().nudges()));
    }
}
