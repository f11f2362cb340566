package dev.saga.order;

import dev.saga.delivery.audit.Audit;
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
import java.util.function.Predicate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The commands on one order: cancel it, or nudge its saga. A command runs to its end even if the caller disconnects. Those
 * of operators are in the audit, also if they had no effect.
 */
@Component
public class OrderCommands {
    private final OrderStore orders;
    private final Outbox outbox;
    private final Audit audit;
    private final Transactions transactions;

    OrderCommands(OrderStore orders, Outbox outbox, Audit audit, Transactions transactions) {
        this.orders = orders;
        this.outbox = outbox;
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * Cancels a user's order. If the user has cancelled it before, it is returned only once that commit is known to be
     * durable.
     *
     * @return empty if the user has no such order; an empty Optional if it is too late to cancel
     */
    public Mono<Optional<Order>> cancel(UserId user, TransactionId id) {
        return run(decide(id, Order::cancelByUser, order -> order.userId().equals(user)));
    }

    /** Cancels any order for an operator; otherwise as {@link #cancel(UserId, TransactionId)}. */
    public Mono<Optional<Order>> cancel(TransactionId id) {
        return run(decide(id, Order::cancelByOperator, order -> true)
                .delayUntil(order -> audit.add(
                        "saga.cancel",
                        id.text(),
                        order.map(cancelled -> cancelled.status().name())
                                .orElse("refused: cancelled for another reason already"))));
    }

    /** Publishes the saga's last event again. Empty if there is no such order; an empty Optional if it is final. */
    public Mono<Optional<Order>> nudge(TransactionId id) {
        return run(decide(id, OrderCommands::nudge, order -> true)
                .delayUntil(order -> audit.add(
                        "saga.nudge", id.text(), order.isPresent() ? "nudged" : "refused: the saga is final")));
    }

    private static Optional<Decision> nudge(Order order) {
        return order.status().isFinal() ? Optional.empty() : Optional.of(order.nudge());
    }

    private Mono<Optional<Order>> run(Mono<Optional<Order>> command) {
        return Detached.run(command.as(transactions::retrying));
    }

    private Mono<Optional<Order>> decide(
            TransactionId id, Function<Order, Optional<Decision>> decision, Predicate<Order> visible) {
        return orders.lock(List.of(id))
                .mapNotNull(locked -> locked.get(id))
                .filter(visible)
                .flatMap(order ->
                        decision.apply(order).map(made -> store(order, made)).orElse(Mono.just(Optional.empty())));
    }

    private Mono<Optional<Order>> store(Order before, Decision decided) {
        List<OutgoingEvent> events =
                decided.events().stream().map(OutgoingEvent::later).toList();
        boolean unchanged = decided.order().equals(before) && events.isEmpty();
        Mono<?> written = unchanged
                ? Transactions.requireDurableReads()
                : orders.save(List.of(decided.order()), Map.of(before.id(), before))
                        .then(outbox.add(events));
        return written.thenReturn(Optional.of(decided.order()));
    }
}
