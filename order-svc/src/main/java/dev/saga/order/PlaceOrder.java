package dev.saga.order;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.CommitBarrier;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import dev.saga.order.domain.Decision;
import dev.saga.order.domain.Order;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Takes new orders: many share one transaction, which stores the order and its ORDER_CREATED together. Running the same
 * batch again after a commit in doubt adds nothing twice: ids are given before the first attempt.
 */
@Component
class PlaceOrder {
    private static final int RETRIES = 5;

    private final OrderStore orders;
    private final IdempotencyKeys keys;
    private final Outbox outbox;
    private final CommitBarrier barrier;
    private final Transactions transactions;
    private final Clock clock;

    PlaceOrder(
            OrderStore orders,
            IdempotencyKeys keys,
            Outbox outbox,
            CommitBarrier barrier,
            Transactions transactions,
            Clock clock) {
        this.orders = orders;
        this.keys = keys;
        this.outbox = outbox;
        this.barrier = barrier;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Places a batch; answers in the same order, after the commit. One that is there already was committed by an attempt
     * whose answer was lost: it is told about only when it is sure to stay.
     */
    Mono<List<SubmissionResult>> place(List<Submission> batch) {
        return keys.claim(batch)
                .flatMap(claims -> stored(batch, claims))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    /** The outcomes of earlier wishes with the same keys, in the same order; empty for a key that is not known. */
    Mono<List<Optional<SubmissionResult>>> known(List<Submission> batch) {
        return keys.find(batch)
                .flatMap(claims -> earlier(others(claims, Set.of()))
                        .map(earlier -> batch.stream()
                                .map(placement -> known(placement, claims.get(placement), earlier))
                                .toList()))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    private static Optional<SubmissionResult> known(
            Submission placement, IdempotencyKeys.@Nullable Claim claim, Map<TransactionId, Order> earlier) {
        return claim == null ? Optional.empty() : Optional.of(answer(placement, claim, Map.of(), earlier));
    }

    private Mono<List<SubmissionResult>> stored(List<Submission> batch, Map<Submission, IdempotencyKeys.Claim> claims) {
        Map<TransactionId, Decision> decisions = new LinkedHashMap<>();
        Map<TransactionId, Submission> placements = new LinkedHashMap<>();
        for (Submission placement : batch) {
            IdempotencyKeys.Claim claim = claims.get(placement);
            if (claim == null || claim.orderId().equals(placement.id())) {
                decisions.put(placement.id(), decision(placement));
                placements.put(placement.id(), placement);
            }
        }
        List<Order> fresh = decisions.values().stream().map(Decision::order).toList();
        return orders.add(fresh)
                .flatMap(added -> outbox.add(said(decisions, placements, added))
                        .then(added.size() == fresh.size() ? Mono.empty() : barrier.raise()))
                .then(Mono.defer(() -> earlier(others(claims, decisions.keySet()))))
                .map(earlier -> answers(batch, claims, decisions, earlier));
    }

    /** An order that another request has made is told about only when it is sure to stay. */
    private Mono<Map<TransactionId, Order>> earlier(List<TransactionId> ids) {
        return orders.findAll(ids).delayUntil(found -> found.isEmpty() ? Mono.empty() : barrier.raise());
    }

    private Decision decision(Submission placement) {
        return Order.place(
                placement.id(),
                placement.userId(),
                placement.lines(),
                placement.paymentToken(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private static List<OutgoingEvent> said(
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Submission> placements,
            Set<TransactionId> added) {
        List<OutgoingEvent> said = new ArrayList<>();
        decisions.forEach((id, decision) -> {
            if (added.contains(id)) {
                Submission placement = placements.get(id);
                String trace = placement == null ? null : placement.traceparent();
                decision.events().forEach(event -> said.add(OutgoingEvent.first(event, trace)));
            }
        });
        return said;
    }

    private static List<TransactionId> others(
            Map<Submission, IdempotencyKeys.Claim> claims, Set<TransactionId> placedNow) {
        return claims.values().stream()
                .map(IdempotencyKeys.Claim::orderId)
                .filter(id -> !placedNow.contains(id))
                .distinct()
                .toList();
    }

    private static List<SubmissionResult> answers(
            List<Submission> batch,
            Map<Submission, IdempotencyKeys.Claim> claims,
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Order> earlier) {
        return batch.stream()
                .map(placement -> answer(placement, claims.get(placement), decisions, earlier))
                .toList();
    }

    private static SubmissionResult answer(
            Submission placement,
            IdempotencyKeys.@Nullable Claim claim,
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Order> earlier) {
        TransactionId id = claim == null ? placement.id() : claim.orderId();
        if (claim != null && !claim.fingerprint().equals(placement.fingerprint())) {
            return new SubmissionResult.KeyReused();
        }
        Decision decision = decisions.get(id);
        Order order = decision == null ? earlier.get(id) : decision.order();
        if (order == null) {
            return new SubmissionResult.Gone();
        }
        return id.equals(placement.id()) ? new SubmissionResult.Fresh(order) : new SubmissionResult.Replayed(order);
    }
}
