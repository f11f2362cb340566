package dev.saga.order;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.Detached;
import dev.saga.event.TransactionId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Decision;
import dev.saga.order.domain.Order;
import dev.saga.order.store.OrderStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The commands on one order: cancel it, or nudge its saga. A command runs to its end even if the caller disconnects.
 */
@Component
public class OrderCommands {
    private final OrderStore orders;
    private final Outbox outbox;
    private final Transactions transactions;

    OrderCommands(OrderStore orders, Outbox outbox, Transactions transactions) {
        this.orders = orders;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /**
     * Cancels a user's order. If the user has cancelled it before, it is returned only once that commit is known to be
     * durable.
     *
     * @return empty if the user has no such order; an empty Optional if it is too late to cancel
     */
    public Mono<Optional<Order>> cancel(UserId user, TransactionId id) {
        return decide(id, order -> order.userId().equals(user), Order::cancelByUser);
    }

    /** Publishes the saga's last event again. Empty if there is no such order; an empty Optional if it is final. */
    public Mono<Optional<Order>> nudge(TransactionId id) {
        return decide(
                id, order -> true, order -> order.status().isFinal() ? Optional.empty() : Optional.of(order.nudge()));
    }

    private Mono<Optional<Order>> decide(
            TransactionId id,
            java.util.function.Predicate<Order> visible,
            Function<Order, Optional<Decision>> decision) {
        Mono<Optional<Order>> decided = orders.lock(List.of(id))
                .mapNotNull(locked -> locked.get(id))
                .filter(visible)
                .flatMap(order ->
                        decision.apply(order).map(made -> store(order, made)).orElse(Mono.just(Optional.empty())))
                .as(transactions::retrying);
        return Detached.run(decided);
    }

    private Mono<Optional<Order>> store(Order before, Decision decided) {
        List<OutgoingEvent> events = decided.events().stream()
                .map(event -> OutgoingEvent.first(event, null))
                .toList();
        boolean unchanged = decided.order().equals(before) && events.isEmpty();
        Mono<?> written = unchanged
                ? Transactions.requireDurableReads()
                : orders.save(List.of(decided.order()), Map.of(before.id(), before))
                        .then(outbox.add(events));
        return written.thenReturn(Optional.of(decided.order()));
    }
}
