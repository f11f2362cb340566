package dev.saga.order.intake;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.Transactions;
import dev.saga.event.TransactionId;
import dev.saga.order.domain.Decision;
import dev.saga.order.domain.Order;
import dev.saga.order.store.OrderStore;
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
 * Places new orders, a batch per transaction: each order is stored together with its ORDER_CREATED. After a commit in
 * doubt the same batch can run again and adds nothing twice, because ids are assigned before the first attempt.
 */
@Component
class PlaceOrder {
    private final OrderStore orders;
    private final IdempotencyKeys keys;
    private final Outbox outbox;
    private final Transactions transactions;
    private final Clock clock;

    PlaceOrder(OrderStore orders, IdempotencyKeys keys, Outbox outbox, Transactions transactions, Clock clock) {
        this.orders = orders;
        this.keys = keys;
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Places a batch. Returns the results after the commit, in the order of the batch. An order that exists already was
     * committed by an attempt whose result was lost. It is returned only once that commit is known to be durable.
     */
    Mono<List<SubmissionResult>> place(List<Submission> batch) {
        return keys.claim(batch).flatMap(claims -> store(batch, claims)).as(transactions::retrying);
    }

    /**
     * Returns the results of earlier submissions with the same keys, in the order of the batch; empty for an unknown
     * key.
     */
    Mono<List<Optional<SubmissionResult>>> findEarlier(List<Submission> batch) {
        return keys.find(batch)
                .flatMap(claims -> earlier(idsOfOthers(claims, Set.of()))
                        .map(earlier -> batch.stream()
                                .map(submission -> earlierResult(submission, claims.get(submission), earlier))
                                .toList()))
                .as(transactions::retrying);
    }

    private static Optional<SubmissionResult> earlierResult(
            Submission submission, IdempotencyKeys.@Nullable Claim claim, Map<TransactionId, Order> earlier) {
        return claim == null ? Optional.empty() : Optional.of(result(submission, claim, Map.of(), earlier));
    }

    private Mono<List<SubmissionResult>> store(List<Submission> batch, Map<Submission, IdempotencyKeys.Claim> claims) {
        Map<TransactionId, Decision> decisions = new LinkedHashMap<>();
        Map<TransactionId, Submission> submissions = new LinkedHashMap<>();
        for (Submission submission : batch) {
            IdempotencyKeys.Claim claim = claims.get(submission);
            if (claim == null || claim.orderId().equals(submission.id())) {
                decisions.put(submission.id(), decision(submission));
                submissions.put(submission.id(), submission);
            }
        }
        List<Order> fresh = decisions.values().stream().map(Decision::order).toList();
        return orders.add(fresh)
                .flatMap(added -> outbox.add(createdEvents(decisions, submissions, added))
                        .then(added.size() == fresh.size() ? Mono.empty() : Transactions.requireDurableReads()))
                .then(Mono.defer(() -> earlier(idsOfOthers(claims, decisions.keySet()))))
                .map(earlier -> results(batch, claims, decisions, earlier));
    }

    /** An order of another request is returned only once its commit is known to be durable. */
    private Mono<Map<TransactionId, Order>> earlier(List<TransactionId> ids) {
        return orders.findAll(ids)
                .delayUntil(found -> found.isEmpty() ? Mono.empty() : Transactions.requireDurableReads());
    }

    private Decision decision(Submission submission) {
        return Order.place(
                submission.id(),
                submission.userId(),
                submission.lines(),
                submission.paymentToken(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private static List<OutgoingEvent> createdEvents(
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Submission> submissions,
            Set<TransactionId> added) {
        List<OutgoingEvent> events = new ArrayList<>();
        decisions.forEach((id, decision) -> {
            if (added.contains(id)) {
                Submission submission = submissions.get(id);
                String trace = submission == null ? null : submission.traceparent();
                decision.events().forEach(event -> events.add(OutgoingEvent.first(event, trace)));
            }
        });
        return events;
    }

    private static List<TransactionId> idsOfOthers(
            Map<Submission, IdempotencyKeys.Claim> claims, Set<TransactionId> placedNow) {
        return claims.values().stream()
                .map(IdempotencyKeys.Claim::orderId)
                .filter(id -> !placedNow.contains(id))
                .distinct()
                .toList();
    }

    private static List<SubmissionResult> results(
            List<Submission> batch,
            Map<Submission, IdempotencyKeys.Claim> claims,
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Order> earlier) {
        return batch.stream()
                .map(submission -> result(submission, claims.get(submission), decisions, earlier))
                .toList();
    }

    private static SubmissionResult result(
            Submission submission,
            IdempotencyKeys.@Nullable Claim claim,
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Order> earlier) {
        TransactionId id = claim == null ? submission.id() : claim.orderId();
        if (claim != null && !claim.fingerprint().equals(submission.fingerprint())) {
            return new SubmissionResult.KeyReused();
        }
        Decision decision = decisions.get(id);
        Order order = decision == null ? earlier.get(id) : decision.order();
        if (order == null) {
            return new SubmissionResult.Gone();
        }
        return id.equals(submission.id()) ? new SubmissionResult.Fresh(order) : new SubmissionResult.Replayed(order);
    }
}
