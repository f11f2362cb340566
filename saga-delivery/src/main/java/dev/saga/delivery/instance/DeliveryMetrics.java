package dev.saga.delivery.instance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import reactor.util.retry.Retry;

/** The meters of the delivery. Their names are a public interface. */
public final class DeliveryMetrics {
    private final DistributionSummary batches;
    private final Counter parked;
    private final Counter retries;
    private final Counter published;
    private final Counter statesSkipped;
    private final AtomicLong outboxDepth = new AtomicLong();
    private final AtomicLong relayPaused = new AtomicLong();
    private final AtomicLong statesUnread = new AtomicLong();

    public DeliveryMetrics(MeterRegistry registry, ConsumerProgress progress) {
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
        statesSkipped = Counter.builder("saga.states.skipped")
                .description("records of compacted topics that are not states of their type")
                .register(registry);
        registry.gauge("saga.outbox.depth", outboxDepth);
        Gauge.builder("saga.relay.paused", relayPaused, AtomicLong::get)
                .description("1 if an operator has paused the relay, so that no event is published")
                .register(registry);
        Gauge.builder("saga.states.unread", statesUnread, AtomicLong::get)
                .description("records of a compacted topic that this instance has not read yet")
                .register(registry);
        Gauge.builder("saga.inbox.lag", progress, ConsumerProgress::lag)
                .description("records of this instance's partitions that it has not handled yet")
                .register(registry);
        Gauge.builder("saga.inbox.stalled", progress, now -> now.isStalled() ? 1 : 0)
                .description("1 if records wait and none was handled for a minute")
                .register(registry);
        Gauge.builder("saga.inbox.damaged", progress, ConsumerProgress::damaged)
                .description("partitions that a damaged batch stops")
                .register(registry);
    }

    public void handled(int live, int parkedNow) {
        batches.record(live);
        parked.increment(parkedNow);
    }

    public void retried(Retry.RetrySignal signal) {
        retries.increment();
    }

    public void published(int events) {
        published.increment(events);
    }

    public void outboxDepth(long events) {
        outboxDepth.set(events);
    }

    public void relayPaused(boolean paused) {
        relayPaused.set(paused ? 1 : 0);
    }

    public void skippedState() {
        statesSkipped.increment();
    }

    public void unreadStates(long records) {
        statesUnread.set(records);
    }
}
