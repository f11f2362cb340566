package dev.saga.order;

import dev.saga.events.TransactionId;
import dev.saga.order.domain.Order;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets callers wait for an order to become final. It looks into the database, for all of them at once, so it does not
 * matter which instance handles the order's events.
 */
@Component
public final class OrderWatch {
    private static final int MOST_AT_ONCE = 1000;

    private record Watch(TransactionId id, Sinks.One<Order> order) {}

    private final OrderStore orders;
    private final int most;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    OrderWatch(OrderStore orders, OrderProperties properties) {
        this.orders = orders;
        this.most = properties.watchers();
    }

    /** The order once it is final, or as it is after {@code atMost}; at once where too many wait already. */
    public Mono<Order> settled(Order order, Duration atMost) {
        if (order.status().isFinal() || watches.size() >= most) {
            return Mono.just(order);
        }
        var watch = new Watch(order.id(), Sinks.one());
        return watch.order
                .asMono()
                .doOnSubscribe(waits -> watches.add(watch))
                .timeout(atMost, Mono.defer(() -> orders.find(order.id()).defaultIfEmpty(order)))
                .doFinally(end -> watches.remove(watch));
    }

    /** Looks once at all orders that somebody waits for. */
    Mono<Void> look() {
        return Flux.fromIterable(watches)
                .map(Watch::id)
                .distinct()
                .buffer(MOST_AT_ONCE)
                .concatMap(orders::findAll)
                .doOnNext(this::tell)
                .then();
    }

    private void tell(Map<TransactionId, Order> found) {
        for (Watch watch : watches) {
            Order order = found.get(watch.id);
            if (order != null && order.status().isFinal()) {
                watch.order.tryEmitValue(order);
            }
        }
    }
}
