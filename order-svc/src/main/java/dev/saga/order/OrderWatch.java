package dev.saga.order;

import dev.saga.delivery.work.Phase;
import dev.saga.event.TransactionId;
import dev.saga.order.domain.Order;
import dev.saga.order.store.OrderStore;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets callers wait until an order is final. It queries the database for all of them at once, so any instance may
 * handle the events of the order. During shutdown no caller waits.
 */
@Component
public final class OrderWatch implements SmartLifecycle {
    private static final int MOST_AT_ONCE = 1000;

    /** Longest query at the end of a wait. If the database takes longer, the order is returned as it was stored. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(1);

    private record Watch(Order stored, Sinks.One<Order> order) {
        TransactionId id() {
            return stored.id();
        }
    }

    private final OrderStore orders;
    private final int most;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    OrderWatch(OrderStore orders, OrderProperties properties) {
        this.orders = orders;
        this.most = properties.watchers();
    }

    /**
     * Returns the order once it is final, or its current state after {@code atMost} or when the instance stops. Returns
     * {@code order} at once if too many callers wait already. If the database does not respond at the end of the wait,
     * {@code order} is returned as it was stored.
     */
    public Mono<Order> awaitFinal(Order order, Duration atMost) {
        if (order.status().isFinal() || watches.size() >= most) {
            return Mono.just(order);
        }
        var watch = new Watch(order, Sinks.one());
        return watch.order
                .asMono()
                .doOnSubscribe(waits -> add(watch))
                .timeout(atMost, Mono.defer(() -> latest(order)))
                .doFinally(end -> watches.remove(watch));
    }

    /** A watch that is added during shutdown is released at once. */
    private void add(Watch watch) {
        watches.add(watch);
        if (!running) {
            watch.order.tryEmitValue(watch.stored);
        }
    }

    private Mono<Order> latest(Order order) {
        return orders.find(order.id()).defaultIfEmpty(order).timeout(LAST_LOOK).onErrorReturn(order);
    }

    /** Queries once all orders that callers wait for, and releases the final ones. */
    Mono<Void> look() {
        return found().doOnNext(found -> release(found, true)).then();
    }

    private Flux<Map<TransactionId, Order>> found() {
        return Flux.fromIterable(watches)
                .map(Watch::id)
                .distinct()
                .buffer(MOST_AT_ONCE)
                .concatMap(orders::findAll);
    }

    private void release(Map<TransactionId, Order> found, boolean onlyFinal) {
        for (Watch watch : watches) {
            Order order = found.get(watch.id());
            if (order != null && (order.status().isFinal() || !onlyFinal)) {
                watch.order.tryEmitValue(order);
            }
        }
    }

    @Override
    public void start() {
        running = true;
    }

    /**
     * Returns the current state of its order to each waiting caller, before the web server waits for their responses.
     */
    @Override
    public void stop() {
        running = false;
        found().doOnNext(found -> release(found, false))
                .then()
                .timeout(LAST_LOOK)
                .onErrorComplete()
                .block();
        watches.forEach(watch -> watch.order.tryEmitValue(watch.stored));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phase.CONSUME.order();
    }
}
