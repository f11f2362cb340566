package dev.saga.order;

import dev.saga.delivery.work.Phases;
import dev.saga.event.TransactionId;
import dev.saga.order.domain.Order;
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
 * Lets callers wait for an order to become final. It looks into the database, for all of them at once, so it does not
 * matter which instance handles the order's events. An instance that stops lets nobody wait.
 */
@Component
public final class OrderWatch implements SmartLifecycle {
    private static final int MOST_AT_ONCE = 1000;

    /** A database that does not answer within this keeps no caller: the order is returned as it was stored. */
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
     * The order once it is final; as it is after {@code atMost}, or when the instance stops. It is returned at once if too
     * many wait already. If the database does not answer then, it is the order as it was stored.
     */
    public Mono<Order> settled(Order order, Duration atMost) {
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

    /** One that is added while the others are being released is released too. */
    private void add(Watch watch) {
        watches.add(watch);
        if (!running) {
            watch.order.tryEmitValue(watch.stored);
        }
    }

    private Mono<Order> latest(Order order) {
        return orders.find(order.id()).defaultIfEmpty(order).timeout(LAST_LOOK).onErrorReturn(order);
    }

    /** Looks once at all orders that somebody waits for. */
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

    /** Returns every order as it is now to those who wait, before the web server waits for their answers. */
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
        return Phases.HEARING;
    }
}
