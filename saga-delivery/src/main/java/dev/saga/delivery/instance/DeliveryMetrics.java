package dev.saga.delivery.instance;

import dev.saga.web.meter.DurationTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The meters of the delivery. Their names are a public interface. Gauges of the database return what a ticker has
 * queried last, so a scrape costs no statement.
 */
public final class DeliveryMetrics {
    private static final double MILLIS = 1_000;

    private final MeterRegistry registry;
    private final Clock clock;
    private final DistributionSummary batches;
    private final Timer handling;
    private final Counter parked;
    private final Counter retries;
    private final Counter published;
    private final Timer publishing;
    private final Counter statesSkipped;
    private final MultiGauge deadLetters;
    private final AtomicLong outboxDepth = new AtomicLong();
    private final AtomicLong relayPaused = new AtomicLong();
    private final AtomicLong oldestRow = new AtomicLong();
    private final AtomicLong statesUnread = new AtomicLong();
    private final Map<Integer, AtomicInteger> leads = new ConcurrentHashMap<>();

    public DeliveryMetrics(MeterRegistry registry, ConsumerProgress progress) {
        this.registry = registry;
        this.clock = registry.config().clock();
        batches = DistributionSummary.builder("saga.inbox.batch")
                .description("events handled in one transaction")
                .baseUnit("events")
                .register(registry);
        handling = DurationTimer.named(
                        "saga.inbox.handling.duration", "from the poll of a batch to the commit of its last record")
                .register(registry);
        parked = counter("saga.inbox.parked", "records parked as dead letters");
        retries = counter("saga.inbox.retries", "transactions that ran again after a transient failure");
        published = counter("saga.outbox.published", "events acknowledged by Kafka");
        publishing = DurationTimer.named(
                        "saga.outbox.publishing.duration",
                        "from the insert of an outbox row to Kafka's acknowledgement of its last event")
                .register(registry);
        statesSkipped = counter("saga.states.skipped", "records of compacted topics that are not states of their type");
        deadLetters = MultiGauge.builder("saga.dead.letters")
                .description("unresolved dead letters, by topic and kind of reason; at most 10,000 are counted")
                .register(registry);
        registerGauges(progress);
    }

    private void registerGauges(ConsumerProgress progress) {
        gauge("saga.outbox.depth", outboxDepth, "events in the outbox");
        Gauge.builder("saga.outbox.age", this, DeliveryMetrics::outboxAge)
                .description("age of the oldest row in the outbox; 0 if it is empty")
                .baseUnit("seconds")
                .register(registry);
        gauge("saga.relay.paused", relayPaused, "1 if an operator has paused the relay, so that no event is published");
        gauge("saga.states.unread", statesUnread, "records of a compacted topic that this instance has not read yet");
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

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private void gauge(String name, AtomicLong value, String description) {
        Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
    }

    /** Measures the handling of a batch, also if parts of it are parked; a shutdown before the commit is not measured. */
    public Mono<Void> timed(Mono<Void> batch) {
        return Mono.defer(() -> {
            Timer.Sample sample = Timer.start(clock);
            return batch.doOnSuccess(committed -> sample.stop(handling));
        });
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

    /** @param storedAt when the row was inserted, ms since 1970; 0 if it is unknown */
    public void publishedRow(long storedAt) {
        if (storedAt > 0) {
            publishing.record(Math.max(0, clock.wallTime() - storedAt), TimeUnit.MILLISECONDS);
        }
    }

    /** Stores if this instance leads a shard of the outbox. */
    public void leads(int shard, boolean leader) {
        leads.computeIfAbsent(shard, this::leaderGauge).set(leader ? 1 : 0);
    }

    private AtomicInteger leaderGauge(int shard) {
        var leader = new AtomicInteger();
        Gauge.builder("saga.outbox.leader", leader, AtomicInteger::get)
                .description("1 if this instance leads the shard: it alone publishes its events")
                .tag("shard", String.valueOf(shard))
                .register(registry);
        return leader;
    }

    /** @param oldest when the oldest row was inserted, ms since 1970; null if there is none */
    public void outbox(long events, @Nullable Long oldest) {
        outboxDepth.set(events);
        oldestRow.set(oldest == null ? 0 : oldest);
    }

    private double outboxAge() {
        long oldest = oldestRow.get();
        return oldest == 0 ? 0 : Math.max(0, clock.wallTime() - oldest) / MILLIS;
    }

    /**
     * Unresolved dead letters of one topic and one kind.
     *
     * @param kind the kind of their reason, in one word
     */
    public record Unresolved(String topic, String kind, long letters) {
        private MultiGauge.Row<Number> row() {
            return MultiGauge.Row.of(Tags.of("topic", topic, "reason", kind), letters);
        }
    }

    public void deadLetters(Collection<Unresolved> counted) {
        deadLetters.register(counted.stream().map(Unresolved::row).toList(), true);
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
