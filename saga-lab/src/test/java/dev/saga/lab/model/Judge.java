package dev.saga.lab.model;

import dev.saga.inventory.domain.Reservation;
import dev.saga.inventory.domain.Stock;
import dev.saga.order.domain.OrderStatus;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import java.util.Optional;

/** The invariants of the contract, for one state and for one move. */
final class Judge {
    private final long stockPutIn;
    private final int qty;

    Judge(long stockPutIn, int qty) {
        this.stockPutIn = stockPutIn;
        this.qty = qty;
    }

    /** Returns the invariant that a state violates; empty if there is none. */
    Optional<String> violation(World world) {
        Stock stock = world.shelf().stock();
        boolean held = world.shelf().reservation() instanceof Reservation.Held;
        int net = world.bank().net();
        OrderStatus order = world.order().status();
        if (stock.available() + stock.reserved() != stockPutIn || stock.reserved() != (held ? qty : 0)) {
            return Optional.of("available and reserved stock do not match the stock put in and the live reservations");
        }
        if (order == OrderStatus.CANCELLED && net != 0) {
            return Optional.of("the order is CANCELLED and its money was not returned");
        }
        if (order == OrderStatus.CANCELLED && held) {
            return Optional.of("the order is CANCELLED and its stock is still held");
        }
        if (order == OrderStatus.CONFIRMED && (net != 1 || !held)) {
            return Optional.of("the order is CONFIRMED without money and stock");
        }
        return violation(world.payment(), net);
    }

    private static Optional<String> violation(@org.jspecify.annotations.Nullable Payment payment, int net) {
        if (payment == null || payment.inDoubt()) {
            return Optional.empty();
        }
        boolean nothingTaken = payment.status() == PaymentStatus.VOIDED
                || payment.status() == PaymentStatus.REFUNDED
                || payment.status() == PaymentStatus.FAILED;
        return nothingTaken && net != 0
                ? Optional.of("no money was taken according to payment-svc, but the gateway has taken some")
                : Optional.empty();
    }

    /** Returns the invariant that a move violates; empty if there is none. */
    Optional<String> violation(World from, World to) {
        OrderStatus before = from.order().status();
        OrderStatus after = to.order().status();
        boolean revived = (before == OrderStatus.CANCELLED && after != OrderStatus.CANCELLED)
                || (before == OrderStatus.CANCELLING && after != before && after != OrderStatus.CANCELLED)
                || (before == OrderStatus.CONFIRMED && after == OrderStatus.PENDING);
        if (revived) {
            return Optional.of("the order goes from " + before + " to " + after);
        }
        Payment payment = from.payment();
        return payment != null && payment.cancelled() && to.unsettledCharges() > from.unsettledCharges()
                ? Optional.of("the gateway is called to charge an order whose cancel payment-svc knows")
                : Optional.empty();
    }
}
