package dev.saga.order;

import dev.saga.delivery.OutboxDepth;
import dev.saga.delivery.OverCapacity;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Lets in as many orders as can be finished soon. Whatever limits the system, its sagas pile up there: so past a number
 * of sagas under way another order is refused at once, and those that were let in do not wait behind it.
 *
 * <p>The sagas of all instances are counted in the database every 100 ms; in between this instance adds its own. With
 * several instances the limit can be passed by what the others let in within that time. Sagas that are stuck do not
 * count: they keep nobody waiting.
 */
@Component
public final class Admission {
    private final OrderStore orders;
    private final OutboxDepth outbox;
    private final int limit;
    private final AtomicInteger underWay;
    private final AtomicInteger entering = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();

    Admission(OrderStore orders, OutboxDepth outbox, OrderProperties properties, MeterRegistry meters) {
        this.orders = orders;
        this.outbox = outbox;
        this.limit = properties.underWay();
        this.underWay = meters.gauge("saga.orders.underway", new AtomicInteger());
    }

    /** Whether another order would be refused now. */
    public boolean isClosed() {
        return outbox.isFull() || underWay.get() + entering.get() + entered.get() >= limit;
    }

    /** Has an order placed; fails at once with {@link OverCapacity}, and nothing is stored, where it is too much. */
    public <T> Mono<T> admit(Mono<T> placing) {
        return Mono.defer(() -> {
            if (isClosed()) {
                return Mono.error(new OverCapacity("sagas under way"));
            }
            entering.incrementAndGet();
            return placing.doFinally(end -> moved());
        });
    }

    private void moved() {
        entered.incrementAndGet();
        entering.decrementAndGet();
    }

    /** Counts anew; what entered before is then among the counted. */
    Mono<Void> look() {
        return Mono.defer(() -> {
                    int before = entered.get();
                    return orders.countUnderWay(limit).doOnNext(open -> {
                        underWay.set(open);
                        entered.addAndGet(-before);
                    });
                })
                .then();
    }
}
