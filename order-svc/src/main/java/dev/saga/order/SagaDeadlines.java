package dev.saga.order;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.Transactions;
import dev.saga.event.TransactionId;
import dev.saga.order.domain.Decision;
import dev.saga.order.domain.Order;
import dev.saga.order.meter.OrderMetrics;
import dev.saga.order.store.OrderStore;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds sagas without progress and nudges them. Any number of instances may sweep at once: each overdue saga is locked
 * by one of them.
 */
@Component
final class SagaDeadlines {
    private static final Logger LOG = LoggerFactory.getLogger(SagaDeadlines.class);
    private static final int BATCH = 200;

    private final OrderStore orders;
    private final Outbox outbox;
    private final OutboxDepth depth;
    private final Transactions transactions;
    private final OrderMetrics metrics;
    private final NudgeBudget budget;

    SagaDeadlines(
            OrderStore orders,
            Outbox outbox,
            OutboxDepth depth,
            Transactions transactions,
            OrderMetrics metrics,
            OrderProperties properties) {
        this.orders = orders;
        this.outbox = outbox;
        this.depth = depth;
        this.transactions = transactions;
        this.metrics = metrics;
        this.budget = new NudgeBudget(properties.nudgesPerSecond(), System::nanoTime);
    }

    /**
     * Nudges overdue sagas batch by batch, until none is left or the outbox is past its limit. Then updates the meters.
     */
    Mono<Void> sweep() {
        return Mono.defer(() -> depth.isFull() ? Mono.just(0) : batch())
                .repeat()
                .takeWhile(nudged -> nudged == BATCH)
                .then(orders.countOpen())
                .doOnNext(metrics::open)
                .then();
    }

    private Mono<Integer> batch() {
        return orders.lockOverdue(BATCH).collectList().flatMap(this::nudge).as(transactions::retrying);
    }

    /** A nudge beyond the budget is counted, so that deadlines hold, but not published. */
    private Decision decide(Order overdue) {
        Decision decision = overdue.overdue();
        return isNudge(decision, overdue) && !budget.take() ? new Decision(decision.order(), List.of()) : decision;
    }

    private Mono<Integer> nudge(List<Order> overdue) {
        List<Decision> decisions = overdue.stream().map(this::decide).toList();
        List<OutgoingEvent> events = decisions.stream()
                .flatMap(decision -> decision.events().stream())
                .map(OutgoingEvent::later)
                .toList();
        events.forEach(outgoing -> LOG.info(
                "saga overdue transaction_id={} publishes={}",
                outgoing.event().transactionId(),
                outgoing.event().type()));
        Map<TransactionId, Order> before = overdue.stream().collect(Collectors.toMap(Order::id, order -> order));
        return orders.save(decisions.stream().map(Decision::order).toList(), before)
                .then(outbox.add(events))
                .then(Transactions.onceCommitted(() -> count(decisions, before)))
                .thenReturn(overdue.size());
    }

    private void count(List<Decision> decisions, Map<TransactionId, Order> before) {
        List<Decision> nudges = decisions.stream()
                .filter(made -> isNudge(
                        made, Objects.requireNonNull(before.get(made.order().id()))))
                .toList();
        int published =
                (int) nudges.stream().filter(made -> !made.events().isEmpty()).count();
        metrics.nudged(published, nudges.size() - published);
    }

    private static boolean isNudge(Decision made, Order overdue) {
        return made.order().status() == overdue.status();
    }
}
