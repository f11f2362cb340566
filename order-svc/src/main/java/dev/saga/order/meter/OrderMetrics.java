package dev.saga.order.meter;

import dev.saga.events.CancelReason;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.store.OpenOrders;
import dev.saga.web.meter.DurationTimer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The meters of orders and their sagas. Their names are a public interface. */
@Component
public final class OrderMetrics {
    private final MeterRegistry meters;
    private final Clock clock;
    private final Timer confirmed;
    private final Timer cancelled;
    private final Map<CancelReason, Counter> reasons;
    private final AtomicLong pending;
    private final AtomicLong cancelling;
    private final AtomicLong stuck = new AtomicLong();
    private final Counter nudges;
    private final Counter nudgesLeftOut;
    private final Counter refusedEarly;

    public OrderMetrics(MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
        this.confirmed = duration(OrderStatus.CONFIRMED);
        this.cancelled = duration(OrderStatus.CANCELLED);
        this.reasons = Arrays.stream(CancelReason.values())
                .collect(Collectors.toUnmodifiableMap(Function.identity(), this::cancelledFor));
        this.pending = open(OrderStatus.PENDING);
        this.cancelling = open(OrderStatus.CANCELLING);
        this.nudges = nudges("published");
        this.nudgesLeftOut = nudges("left-out");
        this.refusedEarly = Counter.builder("saga.orders.refused.early")
                .description("orders that the known stock could not cover, which were refused without a saga")
                .register(meters);
        gauge(
                "saga.orders.stuck",
                stuck::get,
                "CANCELLING sagas of all instances that were nudged three times or more without progress");
    }

    private Timer duration(OrderStatus status) {
        return DurationTimer.named("saga.orders.duration", "from the order's creation to its final state")
                .tag("outcome", status.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    private Counter cancelledFor(CancelReason reason) {
        return Counter.builder("saga.orders.cancelled")
                .description("orders that ended CANCELLED, by their cancel reason")
                .tag("reason", reason.name())
                .register(meters);
    }

    private AtomicLong open(OrderStatus status) {
        var count = new AtomicLong();
        Gauge.builder("saga.orders.open", count, AtomicLong::get)
                .description("sagas of all instances that are not final; at most 100,000 are counted")
                .tag("status", status.name())
                .register(meters);
        return count;
    }

    private Counter nudges(String result) {
        return Counter.builder("saga.orders.nudges")
                .description("nudges of sagas without progress; left-out: beyond the budget, counted but not published")
                .tag("result", result)
                .register(meters);
    }

    private void gauge(String name, Supplier<Number> value, String description) {
        Gauge.builder(name, value).description(description).register(meters);
    }

    /** Registers the sagas that decide about the admission of a further order. */
    public void underWay(AtomicInteger sagas) {
        gauge("saga.orders.underway", sagas::get, "sagas of all instances that count for the admission of an order");
    }

    /** Registers the number of products whose stock level is young enough to refuse orders. */
    public void trustedStock(Supplier<Number> products) {
        gauge("saga.stock.trusted", products, "products whose known level is young enough to refuse orders");
    }

    /** Sets the gauges to the numbers that were counted in the database. */
    public void open(OpenOrders open) {
        pending.set(open.pending());
        cancelling.set(open.cancelling());
        stuck.set(open.stuck());
    }

    /** Records the orders that are final. Called after their transaction has committed. */
    public void ended(Collection<Order> changed) {
        changed.forEach(order -> {
            Duration age = Duration.between(order.createdAt(), clock.instant());
            switch (order.status()) {
                case CONFIRMED -> confirmed.record(age);
                case CANCELLED -> {
                    cancelled.record(age);
                    Counter reason = reasons.get(order.cancelReason());
                    if (reason != null) {
                        reason.increment();
                    }
                }
                case PENDING, CANCELLING -> {}
            }
        });
    }

    /** Counts nudges. Called after their transaction has committed. */
    public void nudged(int published, int leftOut) {
        nudges.increment(published);
        nudgesLeftOut.increment(leftOut);
    }

    /** Counts an order that was refused because the known stock cannot cover it. */
    public void refusedEarly() {
        refusedEarly.increment();
    }
}
