package dev.saga.lab.model;

import dev.saga.event.SagaEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.ShopEventType;
import dev.saga.lab.model.Participants.Shelf;
import dev.saga.order.domain.Order;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One state of everything that an order touches.
 *
 * <p>Outboxes and topics are one bag of events: any may be heard next, and again at any time, or all may be lost. That is
 * more than can happen: a crash between commit and publication is an event that waits; one between publication and the
 * outbox row's deletion, or between a consumer's commit and its offset, an event that is heard again, and is handled as
 * if the inbox did not know its id.
 *
 * @param payment null before the first event
 * @param jobs calls of the gateway under way, each on an instance that may die or be overtaken
 */
record World(Order order, Shelf shelf, @Nullable Payment payment, Bank bank, List<Job> jobs, Bag bag) {

    /** Who a delivery is for. */
    enum Service {
        ORDER,
        INVENTORY,
        PAYMENT
    }

    /** An event on its way to one consumer. */
    record Delivery(Service to, SagaEvent event) {
        @Override
        public String toString() {
            return event.type() + " to " + to.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The events that can be heard. */
    record Bag(Set<Delivery> deliveries) {
        static final Bag EMPTY = new Bag(Set.of());

        Bag with(List<? extends SagaEvent> said) {
            var all = new HashSet<>(deliveries);
            said.forEach(event -> consumers(event).forEach(to -> all.add(new Delivery(to, event))));
            return all.size() == deliveries.size() ? this : new Bag(all);
        }

        private static List<Service> consumers(SagaEvent event) {
            return switch ((ShopEventType) event.type()) {
                case ORDER_CREATED -> List.of(Service.INVENTORY);
                case ORDER_CANCEL -> List.of(Service.INVENTORY, Service.PAYMENT);
                case INVENTORY_RESERVED -> List.of(Service.PAYMENT, Service.ORDER);
                case INVENTORY_REJECTED, INVENTORY_RELEASED -> List.of(Service.ORDER);
                case PAYMENT_COMPLETED, PAYMENT_FAILED, PAYMENT_VOIDED, PAYMENT_REFUNDED -> List.of(Service.ORDER);
                case ORDER_CONFIRMED, ORDER_CANCELLED -> List.of();
            };
        }
    }

    /**
     * The gateway's books under the order's key.
     *
     * @param closed whether a refund was asked for: a charge that comes later is declined
     */
    record Bank(int taken, int returned, boolean closed) {
        int net() {
            return taken - returned;
        }
    }

    /** A call of the gateway by one instance; {@code answer} is null before it was asked or, of a refund, at all. */
    record Job(GatewayTask task, boolean asked, @Nullable ChargeOutcome answer) {}

    /** Charges for which the gateway was asked and whose answer is not stored. */
    long chargesAsked() {
        return jobs.stream()
                .filter(job -> job.asked() && job.task() == GatewayTask.CHARGE)
                .count();
    }

    /** Whether nothing is left to do. */
    boolean isAtRest() {
        return order.status().isFinal() && jobs.isEmpty() && (payment == null || payment.task() == GatewayTask.NOTHING);
    }

    World withOrder(Order next, List<? extends SagaEvent> said) {
        return new World(next, shelf, payment, bank, jobs, bag.with(said));
    }

    World withShelf(Shelf next, List<? extends SagaEvent> said) {
        return new World(order, next, payment, bank, jobs, bag.with(said));
    }

    World withPayment(@Nullable Payment next, List<? extends SagaEvent> said) {
        return new World(order, shelf, next, bank, jobs, bag.with(said));
    }

    World withBank(Bank next) {
        return new World(order, shelf, payment, next, jobs, bag);
    }

    World withJobs(List<Job> next) {
        var sorted = new ArrayList<>(next);
        sorted.sort((a, b) -> Integer.compare(a.hashCode(), b.hashCode()));
        return new World(order, shelf, payment, bank, List.copyOf(sorted), bag);
    }

    World withBag(Bag next) {
        return new World(order, shelf, payment, bank, jobs, next);
    }

    /** The world of an order that was just placed. */
    static World of(OrderEvent.Created created, Order order, Shelf shelf) {
        Bag bag = Bag.EMPTY.with(List.of(created));
        return new World(order, shelf, null, new Bank(0, 0, false), List.of(), bag);
    }
}
