package dev.saga.delivery;

import dev.saga.events.Envelope;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import reactor.util.retry.Retry;

/** The meters of the delivery; their names are an interface. */
final class DeliveryMetrics {
    private final DistributionSummary batches;
    private final Counter parked;
    private final Counter retries;
    private final Counter published;
    private final AtomicLong outboxDepth = new AtomicLong();
    private final List<AtomicLong> lags = new CopyOnWriteArrayList<>();

    DeliveryMetrics(MeterRegistry registry) {
        batches = DistributionSummary.builder("saga.inbox.batch")
                .description("events handled in one transaction")
                .register(registry);
        parked = Counter.builder("saga.inbox.parked")
                .description("records parked as dead letters")
                .register(registry);
        retries = Counter.builder("saga.inbox.retries")
                .description("transactions that ran again after a transient failure")
                .register(registry);
        published = Counter.builder("saga.outbox.published")
                .description("events acknowledged by Kafka")
                .register(registry);
        registry.gauge("saga.outbox.depth", outboxDepth);
        Gauge.builder(
                        "saga.inbox.lag",
                        lags,
                        all -> all.stream().mapToLong(AtomicLong::get).sum())
                .description("records of this instance's partitions that it has not been given yet")
                .register(registry);
    }

    void handled(Collection<Envelope> live, List<Arrival> parkedNow) {
        batches.record(live.size());
        parked.increment(parkedNow.size());
    }

    void retried(Retry.RetrySignal signal) {
        retries.increment();
    }

    void published(int events) {
        published.increment(events);
    }

    void outboxDepth(long events) {
        outboxDepth.set(events);
    }

    /** A consumer's part of the lag, for it to set. */
    AtomicLong lagOfALane() {
        var lag = new AtomicLong();
        lags.add(lag);
        return lag;
    }
}
