package dev.saga.order;

import dev.saga.delivery.CommitBarrier;
import dev.saga.delivery.FailurePolicy;
import dev.saga.delivery.Outbox;
import dev.saga.delivery.Said;
import dev.saga.delivery.Transactions;
import dev.saga.events.TransactionId;
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
    Mono<List<Placed>> place(List<Placement> batch) {
        return keys.claim(batch)
                .flatMap(claims -> stored(batch, claims))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    /** The outcomes of earlier wishes with the same keys, in the same order; empty for a key that is not known. */
    Mono<List<Optional<Placed>>> known(List<Placement> batch) {
        return keys.find(batch)
                .flatMap(claims -> earlier(others(claims, Set.of()))
                        .map(earlier -> batch.stream()
                                .map(placement -> known(placement, claims.get(placement), earlier))
                                .toList()))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    private static Optional<Placed> known(
            Placement placement, IdempotencyKeys.@Nullable Claim claim, Map<TransactionId, Order> earlier) {
        return claim == null ? Optional.empty() : Optional.of(answer(placement, claim, Map.of(), earlier));
    }

    private Mono<List<Placed>> stored(List<Placement> batch, Map<Placement, IdempotencyKeys.Claim> claims) {
        Map<TransactionId, Decision> decisions = new LinkedHashMap<>();
        Map<TransactionId, Placement> placements = new LinkedHashMap<>();
        for (Placement placement : batch) {
            IdempotencyKeys.Claim claim = claims.get(placement);
            if (claim == null || claim.orderId().equals(placement.id())) {
                decisions.put(placement.id(), decision(placement));
                placements.put(placement.id(), placement);
            }
        }
        List<Order> fresh = decisions.values().stream().map(Decision::order).toList();
        return orders.add(fresh)
                .flatMap(added -> outbox.say(said(decisions, placements, added))
                        .then(added.size() == fresh.size() ? Mono.empty() : barrier.raise()))
                .then(Mono.defer(() -> earlier(others(claims, decisions.keySet()))))
                .map(earlier -> answers(batch, claims, decisions, earlier));
    }

    /** An order that another request has made is told about only when it is sure to stay. */
    private Mono<Map<TransactionId, Order>> earlier(List<TransactionId> ids) {
        return orders.findAll(ids).delayUntil(found -> found.isEmpty() ? Mono.empty() : barrier.raise());
    }

    private Decision decision(Placement placement) {
        return Order.place(
                placement.id(),
                placement.userId(),
                placement.lines(),
                placement.paymentToken(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private static List<Said> said(
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Placement> placements,
            Set<TransactionId> added) {
        List<Said> said = new ArrayList<>();
        decisions.forEach((id, decision) -> {
            if (added.contains(id)) {
                Placement placement = placements.get(id);
                String trace = placement == null ? null : placement.traceparent();
                decision.events().forEach(event -> said.add(Said.first(event, trace)));
            }
        });
        return said;
    }

    private static List<TransactionId> others(
            Map<Placement, IdempotencyKeys.Claim> claims, Set<TransactionId> placedNow) {
        return claims.values().stream()
                .map(IdempotencyKeys.Claim::orderId)
                .filter(id -> !placedNow.contains(id))
                .distinct()
                .toList();
    }

    private static List<Placed> answers(
            List<Placement> batch,
            Map<Placement, IdempotencyKeys.Claim> claims,
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Order> earlier) {
        return batch.stream()
                .map(placement -> answer(placement, claims.get(placement), decisions, earlier))
                .toList();
    }

    private static Placed answer(
            Placement placement,
            IdempotencyKeys.@Nullable Claim claim,
            Map<TransactionId, Decision> decisions,
            Map<TransactionId, Order> earlier) {
        TransactionId id = claim == null ? placement.id() : claim.orderId();
        if (claim != null && !claim.fingerprint().equals(placement.fingerprint())) {
            return new Placed.KeyReused();
        }
        Decision decision = decisions.get(id);
        Order order = decision == null ? earlier.get(id) : decision.order();
        if (order == null) {
            return new Placed.Gone();
        }
        return id.equals(placement.id()) ? new Placed.Fresh(order) : new Placed.Replayed(order);
    }
}
