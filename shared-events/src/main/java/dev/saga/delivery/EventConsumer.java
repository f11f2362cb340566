package dev.saga.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.receiver.ReceiverRecord;
import reactor.util.retry.Retry;

/**
 * Reads the topics of a service. A lane is one consumer with its share of the partitions: one poll is one batch is one
 * transaction, and its offsets are acknowledged after the commit. A crash in between delivers the batch again.
 */
final class EventConsumer implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(EventConsumer.class);
    /**
     * Every half second one. Then the lane joins anew: a partition that is gone, because its topic was deleted and made
     * anew with fewer, would hold up the commits of all others and with them the lane.
     */
    private static final int COMMIT_ATTEMPTS = 10;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FINISH = Duration.ofSeconds(10);

    private final DeliveryProperties properties;
    private final Topics topics;
    private final Set<String> subscribed;
    private final Inbox<?> inbox;
    private final EventCodec codec;
    private final DeliveryMetrics metrics;
    private final Linger linger;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private volatile boolean running;
    private Disposable subscription = Disposables.disposed();

    EventConsumer(
            DeliveryProperties properties,
            Topics topics,
            EventHandler<?> handler,
            Inbox<?> inbox,
            EventCodec codec,
            DeliveryMetrics metrics) {
        this.properties = properties;
        this.topics = topics;
        this.subscribed = topics.of(handler.consumes());
        this.inbox = inbox;
        this.codec = codec;
        this.metrics = metrics;
        this.linger = new Linger(properties.linger());
    }

    /** One consumer, until the service stops. An error of Kafka ends it; it joins again after a pause. */
    private Mono<Void> lane() {
        AtomicLong lag = metrics.lagOfALane();
        return topics.ready()
                .thenMany(Flux.defer(() -> received(KafkaReceiver.create(options()), lag)))
                .takeUntilOther(stopping.asMono())
                .concatMapDelayError(this::handled, false, 1)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                        .maxBackoff(Duration.ofSeconds(5))
                        .filter(failure -> running)
                        .doBeforeRetry(signal -> LOG.warn(
                                "consumer restarts reason=\"{}\"",
                                signal.failure().toString())))
                .then();
    }

    private static Flux<Flux<ReceiverRecord<byte[], byte[]>>> received(
            KafkaReceiver<byte[], byte[]> receiver, AtomicLong lag) {
        Flux<Void> looks = Flux.interval(LOOK)
                .onBackpressureDrop()
                .concatMap(tick -> receiver.doOnConsumer(EventConsumer::lag)
                        .doOnNext(lag::set)
                        .onErrorComplete()
                        .then());
        return receiver.receiveBatch().takeUntilOther(looks);
    }

    /** Records of this consumer's partitions that it has not been given yet; asks nobody. */
    private static long lag(Consumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    private Mono<Void> handled(Flux<ReceiverRecord<byte[], byte[]>> poll) {
        return poll.collectList()
                .flatMap(records -> inbox.take(arrivals(records))
                        .doOnSuccess(committed -> acknowledge(records))
                        .then(Mono.defer(() -> {
                            linger.took(records.size());
                            return linger.pause();
                        })));
    }

    private List<Arrival> arrivals(List<ReceiverRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> Arrival.of(record, codec)).toList();
    }

    private static void acknowledge(List<ReceiverRecord<byte[], byte[]>> records) {
        records.forEach(record -> record.receiverOffset().acknowledge());
    }

    private ReceiverOptions<byte[], byte[]> options() {
        Map<String, Object> own = Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                properties.group(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                properties.batch(),
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                10_000,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                6_000,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                1_500,
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                10_000,
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        return ReceiverOptions.<byte[], byte[]>create(KafkaSettings.of(properties, own))
                .withKeyDeserializer(new ByteArrayDeserializer())
                .withValueDeserializer(new ByteArrayDeserializer())
                .commitInterval(Duration.ofMillis(500))
                .maxCommitAttempts(COMMIT_ATTEMPTS)
                .maxDelayRebalance(Duration.ofSeconds(3))
                .subscription(subscribed);
    }

    @Override
    public void start() {
        running = true;
        subscription = Flux.range(0, properties.lanes())
                .flatMap(lane -> lane(), properties.lanes())
                .doFinally(end -> finished.tryEmitEmpty())
                .subscribe();
    }

    /** Finishes the batches that are under way, for at most 10 s; what was not acknowledged is delivered again. */
    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
        finished.asMono().timeout(FINISH, Mono.empty()).block();
        subscription.dispose();
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
