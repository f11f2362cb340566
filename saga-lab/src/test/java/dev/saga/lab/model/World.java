package dev.saga.lab.model;

import dev.saga.event.SagaEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
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
 * <p>Outboxes and topics are one bag of events. Any event may be delivered next, and again at any time, or all may be
 * lost. This includes more than can happen in production. A crash between commit and publication is an event that is
 * delivered late. A crash between publication and the deletion of the outbox row, or between a consumer's commit and its
 * offset, is an event that is delivered again and handled as if the inbox did not contain its id.
 *
 * @param payment the payment; null before the first event
 * @param jobs gateway calls under way, each on an instance that may die or be overtaken by another
 */
record World(Order order, Shelf shelf, @Nullable Payment payment, Bank bank, List<Job> jobs, Bag bag) {

    /** An event on its way to one consumer. */
    record Delivery(Participant to, SagaEvent event) {
        @Override
        public String toString() {
            return event.type() + " to " + to.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The events that can be delivered. */
    record Bag(Set<Delivery> deliveries) {
        static final Bag EMPTY = new Bag(Set.of());

        Bag with(List<? extends SagaEvent> published) {
            var all = new HashSet<>(deliveries);
            published.forEach(event ->
                    ((ShopEventType) event.type()).consumers().forEach(to -> all.add(new Delivery(to, event))));
            return all.size() == deliveries.size() ? this : new Bag(all);
        }
    }

    /**
     * The gateway's books under the order's key.
     *
     * @param closed true after a refund was requested: a later charge is declined
     */
    record Bank(int taken, int returned, boolean closed) {
        int net() {
            return taken - returned;
        }
    }

    /** A gateway call by one instance. {@code answer} is null before the call, and always null for a refund. */
    record Job(GatewayTask task, boolean called, @Nullable ChargeOutcome answer) {}

    /** Returns the number of charges that the gateway was called for and whose outcome is not stored yet. */
    long unsettledCharges() {
        return jobs.stream()
                .filter(job -> job.called() && job.task() == GatewayTask.CHARGE)
                .count();
    }

    /** Returns true if the order is final, no gateway call is under way, and none is left to make. */
    boolean isAtRest() {
        return order.status().isFinal() && jobs.isEmpty() && (payment == null || payment.task() == GatewayTask.NOTHING);
    }

    World withOrder(Order next, List<? extends SagaEvent> published) {
        return new World(next, shelf, payment, bank, jobs, bag.with(published));
    }

    World withShelf(Shelf next, List<? extends SagaEvent> published) {
        return new World(order, next, payment, bank, jobs, bag.with(published));
    }

    World withPayment(@Nullable Payment next, List<? extends SagaEvent> published) {
        return new World(order, shelf, next, bank, jobs, bag.with(published));
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

    /** Returns the state right after an order was placed. */
    static World of(OrderEvent.Created created, Order order, Shelf shelf) {
        Bag bag = Bag.EMPTY.with(List.of(created));
        return new World(order, shelf, null, new Bank(0, 0, false), List.of(), bag);
    }
}
