package dev.saga.order;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.CommitBarrier;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.Detached;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import dev.saga.events.UserId;
import dev.saga.order.domain.Decision;
import dev.saga.order.domain.Order;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What a person does to one order: cancels it, or nudges its saga; a caller that goes away stops neither. */
@Component
public class OrderCommands {
    private static final int RETRIES = 5;

    private final OrderStore orders;
    private final Outbox outbox;
    private final CommitBarrier barrier;
    private final Transactions transactions;

    OrderCommands(OrderStore orders, Outbox outbox, CommitBarrier barrier, Transactions transactions) {
        this.orders = orders;
        this.outbox = outbox;
        this.barrier = barrier;
        this.transactions = transactions;
    }

    /**
     * Cancels a user's order. Asked again, it says so once the first cancel is sure to stay.
     *
     * @return empty where the user has no such order; an empty Optional where it is too late
     */
    public Mono<Optional<Order>> cancel(UserId user, TransactionId id) {
        return decide(id, order -> order.userId().equals(user), Order::cancelByUser);
    }

    /** Says the saga's last event again. Empty where there is no such order; an empty Optional where it is final. */
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
                        decision.apply(order).map(made -> stored(order, made)).orElse(Mono.just(Optional.empty())))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
        return Detached.run(decided);
    }

    private Mono<Optional<Order>> stored(Order before, Decision decided) {
        List<OutgoingEvent> said = decided.events().stream()
                .map(event -> OutgoingEvent.first(event, null))
                .toList();
        boolean known = decided.order().equals(before) && said.isEmpty();
        Mono<?> written = known
                ? barrier.raise()
                : orders.save(List.of(decided.order()), Map.of(before.id(), before))
                        .then(outbox.add(said));
        return written.thenReturn(Optional.of(decided.order()));
    }
}
