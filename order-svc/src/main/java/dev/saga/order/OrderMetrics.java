package dev.saga.order;

import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * How sagas end, and after how long: {@code saga.orders.final}, by status, with the median and the 99th percentile. And
 * those that have not: {@code saga.orders.open}, by status, and {@code saga.orders.stuck} among them, of all instances.
 */
@Component
final class OrderMetrics {
    private final Clock clock;
    private final Timer confirmed;
    private final Timer cancelled;
    private final AtomicLong pending;
    private final AtomicLong cancelling;
    private final AtomicLong stuck;

    OrderMetrics(MeterRegistry meters, Clock clock) {
        this.clock = clock;
        this.confirmed = timer(meters, OrderStatus.CONFIRMED);
        this.cancelled = timer(meters, OrderStatus.CANCELLED);
        this.pending = open(meters, OrderStatus.PENDING);
        this.cancelling = open(meters, OrderStatus.CANCELLING);
        this.stuck = meters.gauge("saga.orders.stuck", new AtomicLong());
    }

    private static AtomicLong open(MeterRegistry meters, OrderStatus status) {
        return meters.gauge("saga.orders.open", Tags.of("status", status.name()), new AtomicLong());
    }

    /** Sets what was counted in the database. */
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

    /** Counts those that are final; called once their transaction has committed. */
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
}
