package dev.saga.delivery.consumer;

import dev.saga.delivery.inbox.Arrival;
import dev.saga.delivery.inbox.EventHandler;
import dev.saga.delivery.inbox.Inbox;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.KafkaSettings;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.sql.DatabaseLook;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.Payload;
import dev.saga.delivery.work.Linger;
import dev.saga.delivery.work.LogLimit;
import dev.saga.delivery.work.Loop;
import dev.saga.delivery.work.Phase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.receiver.ReceiverRecord;
import reactor.kafka.receiver.internals.ConsumerFactory;
import reactor.util.retry.Retry;

/**
 * Consumes the topics of a service. A lane is one consumer with its share of the partitions. One poll is one batch and
 * one transaction; its offsets are acknowledged after the commit. After a crash in between, the batch is delivered
 * again.
 */
public final class EventConsumer extends Loop {
    private static final Logger LOG = LoggerFactory.getLogger(EventConsumer.class);

    /**
     * Failed commits of offsets, one per half second, before the consumer joins again. A partition that no longer
     * exists, because its topic was deleted and created again with fewer partitions, would otherwise block the commits
     * of all others and with them the consumer.
     */
    private static final int COMMIT_ATTEMPTS = 10;

    private final DeliveryProperties properties;
    private final Topics topics;
    private final Set<String> subscribed;
    private final Inbox<?> inbox;
    private final EventCodec codec;
    private final DatabaseLook database;
    private final ConsumerProgress progress;
    private final Linger linger;

    public EventConsumer(
            DeliveryProperties properties,
            Topics topics,
            EventHandler<?> handler,
            Inbox<?> inbox,
            EventCodec codec,
            DatabaseLook database,
            ConsumerProgress progress) {
        super(Phase.CONSUME);
        this.properties = properties;
        this.topics = topics;
        this.subscribed = topics.of(handler.consumes());
        this.inbox = inbox;
        this.codec = codec;
        this.database = database;
        this.progress = progress;
        this.linger = new Linger(properties.linger());
    }

    /** Runs one consumer until shutdown. An error of Kafka ends it; it joins again after a pause. */
    private Mono<Void> lane() {
        return Flux.using(progress::begin, this::lane, progress::end)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                        .maxBackoff(Duration.ofSeconds(5))
                        .transientErrors(true)
                        .filter(failure -> isRunning())
                        .doBeforeRetry(signal -> LogLimit.FAILURES.log(leftOut -> LOG.warn(
                                "consumer restarts reason=\"{}\" lines_left_out={}",
                                signal.failure().toString(),
                                leftOut))))
                .onErrorComplete() // the service stops
                .then();
    }

    private Flux<Integer> lane(ConsumerProgress.Lane progressOfLane) {
        return database.look()
                .onErrorComplete()
                .then(topics.ready())
                .thenMany(Flux.defer(() -> KafkaReceiver.create(new Factory(progressOfLane), options())
                        .receiveBatch()))
                .takeUntilOther(stopping())
                .concatMapDelayError(poll -> handle(poll, progressOfLane), false, 1);
    }

    /** Creates consumers whose polls are bounded. */
    private static final class Factory extends ConsumerFactory {
        private final ConsumerProgress.Lane progress;

        Factory(ConsumerProgress.Lane progress) {
            this.progress = progress;
        }

        @Override
        @SuppressWarnings("unchecked") // the given options have these types
        public <K, V> Consumer<K, V> createConsumer(ReceiverOptions<K, V> options) {
            return (Consumer<K, V>) new BoundedConsumer(options.consumerProperties(), new PollBudget(), progress);
        }
    }

    /** Handles a poll. Returns its number of records once they are handled and their offsets are acknowledged. */
    private Mono<Integer> handle(Flux<ReceiverRecord<byte[], Payload>> poll, ConsumerProgress.Lane progressOfLane) {
        return poll.collectList()
                .flatMap(records -> inbox.take(arrivals(records))
                        .doOnSuccess(committed -> acknowledge(records, progressOfLane))
                        .then(Mono.defer(() -> {
                            linger.took(records.size());
                            return linger.pause();
                        }))
                        .thenReturn(records.size()));
    }

    private List<Arrival> arrivals(List<ReceiverRecord<byte[], Payload>> records) {
        return records.stream().map(record -> Arrival.of(record, codec)).toList();
    }

    private static void acknowledge(
            List<ReceiverRecord<byte[], Payload>> records, ConsumerProgress.Lane progressOfLane) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (ReceiverRecord<byte[], Payload> record : records) {
            record.receiverOffset().acknowledge();
            next.put(record.receiverOffset().topicPartition(), record.offset() + 1);
        }
        progressOfLane.addHandled(next, records.size());
    }

    private ReceiverOptions<byte[], Payload> options() {
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
        return ReceiverOptions.<byte[], Payload>create(KafkaSettings.of(properties, own))
                .commitInterval(Duration.ofMillis(500))
                .maxCommitAttempts(COMMIT_ATTEMPTS)
                .maxDelayRebalance(Duration.ofSeconds(3))
                .subscription(subscribed);
    }

    /** Runs the lanes. When the service stops, each finishes its batch; what was not acknowledged is delivered again. */
    @Override
    protected Mono<Void> work() {
        return Flux.range(0, properties.lanes())
                .flatMap(lane -> lane(), properties.lanes())
                .then();
    }
}
