package dev.saga.order.store;

import dev.saga.event.TransactionId;
import dev.saga.order.domain.Order;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Follows the orders that a store writes, inside the transaction of the change. */
public interface OrderChanges {
    /** Follows nothing. */
    OrderChanges IGNORED = new OrderChanges() {
        @Override
        public Mono<Void> added(List<Order> orders, Set<TransactionId> added) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> saved(Collection<Order> orders, Map<TransactionId, Order> before, Instant at) {
            return Mono.empty();
        }
    };

    /** Follows new orders. {@code added}: the ids of those that were not there yet. */
    Mono<Void> added(List<Order> orders, Set<TransactionId> added);

    /**
     * Follows changes of orders that the transaction has locked. Its statement is sent together with those of the change.
     *
     * @param before the same orders as they were stored
     * @param at the time of the change, which is also stored with the orders
     */
    Mono<Void> saved(Collection<Order> orders, Map<TransactionId, Order> before, Instant at);
}
