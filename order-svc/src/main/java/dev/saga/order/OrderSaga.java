package dev.saga.order;

import dev.saga.delivery.inbox.EventHandler;
import dev.saga.delivery.inbox.Handled;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.PoisonException;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.TransactionId;
import dev.saga.events.Participant;
import dev.saga.events.ShopEvent;
import dev.saga.events.ShopEventType;
import dev.saga.order.domain.Decision;
import dev.saga.order.domain.Order;
import dev.saga.order.meter.OrderMetrics;
import dev.saga.order.store.OrderStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Handles the events of inventory-svc and payment-svc: moves the order on and publishes what follows. */
@Component
final class OrderSaga implements EventHandler<Map<TransactionId, Order>> {
    private static final Set<EventType> CONSUMED = ShopEventType.consumedBy(Participant.ORDER);
    private static final Logger LOG = LoggerFactory.getLogger(OrderSaga.class);

    private final OrderStore store;
    private final OrderMetrics metrics;

    OrderSaga(OrderStore store, OrderMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
    }

    @Override
    public Set<EventType> consumes() {
        return CONSUMED;
    }

    @Override
    public Mono<Map<TransactionId, Order>> load(List<Envelope> events) {
        return store.lock(events.stream().map(Envelope::transactionId).collect(Collectors.toSet()));
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh, Map<TransactionId, Order> orders) {
        requireKnown(fresh, orders);
        Map<TransactionId, Order> changed = new HashMap<>();
        List<OutgoingEvent> events = new ArrayList<>();
        for (Envelope envelope : fresh) {
            Order before = changed.getOrDefault(envelope.transactionId(), known(orders, envelope.transactionId()));
            Decision decision = before.on(ShopEvent.of(envelope));
            if (!decision.order().equals(before)) {
                changed.put(before.id(), decision.order());
                logTransition(before, decision.order(), envelope);
            }
            decision.events().forEach(event -> events.add(OutgoingEvent.because(envelope, event)));
        }
        List<Order> ended = changed.values().stream()
                .filter(order -> !known(orders, order.id()).status().isFinal())
                .toList();
        return Transactions.onceCommitted(() -> metrics.ended(ended))
                .thenReturn(new Handled(events, store.save(changed.values(), orders)));
    }

    /**
     * An order is committed before its first event is published. So an event of an unknown order does not come from an
     * order of this service and is poison, or the database was restored to a time before the order.
     */
    private static void requireKnown(List<Envelope> fresh, Map<TransactionId, Order> orders) {
        Map<Envelope, String> unknown = fresh.stream()
                .filter(envelope -> !orders.containsKey(envelope.transactionId()))
                .collect(Collectors.toMap(
                        envelope -> envelope, envelope -> "there is no order " + envelope.transactionId()));
        if (!unknown.isEmpty()) {
            throw new PoisonException("unknown-saga", unknown);
        }
    }

    private static Order known(Map<TransactionId, Order> orders, TransactionId id) {
        Order order = orders.get(id);
        if (order == null) {
            throw new IllegalStateException("order " + id + " is not loaded");
        }
        return order;
    }

    private static void logTransition(Order before, Order after, Envelope cause) {
        if (before.status() != after.status()) {
            LOG.info(
                    "order transaction_id={} status={} was={} because={} event_id={}",
                    after.id(),
                    after.status(),
                    before.status(),
                    cause.event().type(),
                    cause.id());
        }
    }
}
