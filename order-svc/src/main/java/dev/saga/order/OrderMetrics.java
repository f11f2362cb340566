package dev.saga.order;

import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.store.OpenOrders;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * The meters of sagas. {@code saga.orders.final}: the time from creation to the final state, by status, with median and
 * 99th percentile. {@code saga.orders.open}: sagas of all instances that are not final, by status. {@code
 * saga.orders.stuck}: the stuck ones among them. {@code saga.orders.refused.early}: orders that the known stock could not
 * cover, which were refused without a saga.
 */
@Component
public final class OrderMetrics {
    private final Clock clock;
    private final Timer confirmed;
    private final Timer cancelled;
    private final AtomicLong pending;
    private final AtomicLong cancelling;
    private final AtomicLong stuck;
    private final Counter refusedEarly;

    OrderMetrics(MeterRegistry meters, Clock clock) {
        this.clock = clock;
        this.confirmed = timer(meters, OrderStatus.CONFIRMED);
        this.cancelled = timer(meters, OrderStatus.CANCELLED);
        this.pending = open(meters, OrderStatus.PENDING);
        this.cancelling = open(meters, OrderStatus.CANCELLING);
        this.stuck = meters.gauge("saga.orders.stuck", new AtomicLong());
        this.refusedEarly = Counter.builder("saga.orders.refused.early")
                .description("orders that the known stock could not cover")
                .register(meters);
    }

    private static AtomicLong open(MeterRegistry meters, OrderStatus status) {
        return meters.gauge("saga.orders.open", Tags.of("status", status.name()), new AtomicLong());
    }

    /** Sets the gauges to the numbers that were counted in the database. */
    void open(OpenOrders open) {
        pending.set(open.pending());
        cancelling.set(open.cancelling());
        stuck.set(open.stuck());
    }

    private static Timer timer(MeterRegistry meters, OrderStatus status) {
        return Timer.builder("saga.orders.final")
                .description("from the order's creation to its final state")
                .tag("status", status.name())
                .publishPercentiles(0.5, 0.99)
                .register(meters);
    }

    /** Records the orders that are final. Called after their transaction has committed. */
    void ended(Collection<Order> changed) {
        changed.forEach(order -> {
            Duration age = Duration.between(order.createdAt(), clock.instant());
            switch (order.status()) {
                case CONFIRMED -> confirmed.record(age);
                case CANCELLED -> cancelled.record(age);
                case PENDING, CANCELLING -> {}
            }
        });
    }

    /** Counts an order that was refused because the known stock cannot cover it. */
    public void refusedEarly() {
        refusedEarly.increment();
    }
}
