package dev.saga.lab.model;

import dev.saga.event.SagaEvent;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.ShopEvent;
import dev.saga.inventory.domain.Reservation;
import dev.saga.inventory.domain.Stock;
import dev.saga.order.domain.Order;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The decisions of the three services. The default methods call production code; a mutant overrides one of them. */
interface Participants {
    Participants PRODUCTION = new Participants() {};
    Instant NOW = Instant.EPOCH;

    /** A service's new state and the events that it publishes. */
    record Outcome<S>(S state, List<? extends SagaEvent> events) {}

    /** The state of inventory-svc: the order's reservation (null before the first event) and the product. */
    record Shelf(@Nullable Reservation reservation, Stock stock) {}

    default Outcome<Order> orderConsumes(Order order, SagaEvent event) {
        return outcome(order.on((ShopEvent) event));
    }

    default Outcome<Order> userCancels(Order order) {
        return order.cancelByUser().map(Participants::outcome).orElse(new Outcome<>(order, List.of()));
    }

    default Outcome<Order> overdue(Order order) {
        return outcome(order.overdue());
    }

    default Outcome<Shelf> created(Shelf shelf, OrderEvent.Created event) {
        return outcome(Reservation.on(event, shelf.reservation(), stocks(shelf)), shelf);
    }

    default Outcome<Shelf> cancelled(Shelf shelf, OrderEvent.Cancel event) {
        return outcome(Reservation.on(event, shelf.reservation(), stocks(shelf)), shelf);
    }

    default Outcome<Payment> reserved(@Nullable Payment payment, InventoryEvent.Reserved event) {
        return outcome(Payment.on(event, payment, NOW));
    }

    default Outcome<Payment> cancelled(@Nullable Payment payment, OrderEvent.Cancel event) {
        return outcome(Payment.on(event, payment, NOW));
    }

    /** Passes 0 attempts: no decision depends on their number. */
    default Outcome<Payment> charged(Payment payment, ChargeOutcome answer) {
        return outcome(payment.charged(answer, 0));
    }

    default Outcome<Payment> refunded(Payment payment) {
        return outcome(payment.refunded());
    }

    default Payment takenUp(Payment payment, boolean tooOld) {
        return payment.takenUp(tooOld);
    }

    /** Returns true if the gateway may be called to charge. It is checked right before the call. */
    default boolean mayBeCharged(Payment payment) {
        return payment.mayBeCharged();
    }

    default Outcome<Payment> withdrawn(Payment payment) {
        return outcome(payment.withdrawn());
    }

    /** Handles a cancel on the instance that has the charge in its queue and has not called the gateway yet. */
    default Outcome<Payment> cancelledWhileItWaits(Payment payment, OrderEvent.Cancel event) {
        return cancelled(payment.released(), event);
    }

    static Outcome<Order> outcome(dev.saga.order.domain.Decision decision) {
        return new Outcome<>(decision.order(), decision.events());
    }

    static Outcome<Payment> outcome(dev.saga.payment.domain.Decision decision) {
        return new Outcome<>(decision.payment(), decision.events());
    }

    static Outcome<Shelf> outcome(dev.saga.inventory.domain.Decision decision, Shelf before) {
        Stock stock = decision.stocks().getOrDefault(before.stock().productId(), before.stock());
        return new Outcome<>(
                new Shelf(decision.changed() ? decision.reservation() : before.reservation(), stock),
                decision.events());
    }

    private static Map<dev.saga.events.value.ProductId, Stock> stocks(Shelf shelf) {
        return Map.of(shelf.stock().productId(), shelf.stock());
    }
}
