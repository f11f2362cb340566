package dev.saga.delivery.consumer;

import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.KafkaSettings;
import dev.saga.delivery.instance.Topics;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.delivery.wire.StateCodec;
import dev.saga.delivery.work.LogLimit;
import dev.saga.delivery.work.Loop;
import dev.saga.delivery.work.Phase;
import dev.saga.event.StateType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Reads a compacted topic: every partition from its beginning, then what is published later. It belongs to no consumer
 * group, so each instance reads everything. It also reads partitions that are added. A record that is not a state of
 * the type is skipped. After a failure it begins again, so a state can arrive twice, and an older one after a newer one.
 */
public final class StateReader<T> extends Loop {
    private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_BYTES = 4 << 20;
    private static final LogLimit SKIPPED = new LogLimit();

    /** The part of a service that keeps the states. A single thread at a time calls it. */
    public interface Listener<T> {
        /**
         * Receives a state.
         *
         * @param time when it was true, by the clock of its publisher
         */
        void changed(T state, Instant time);

        /** Receives the key of a state that no longer exists. */
        void removed(String key);
    }

    private final DeliveryProperties properties;
    private final Topics topics;
    private final StateCodec codec;
    private final DeliveryMetrics metrics;
    private final StateType<T> type;
    private final Listener<T> listener;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final CatchUp catchUp = new CatchUp(this::isAtEnd);
    private volatile boolean atEnd;

    StateReader(
            DeliveryProperties properties,
            Topics topics,
            StateCodec codec,
            DeliveryMetrics metrics,
            StateType<T> type,
            Listener<T> listener) {
        super(Phase.CONSUME);
        this.properties = properties;
        this.topics = topics;
        this.codec = codec;
        this.metrics = metrics;
        this.type = type;
        this.listener = listener;
    }

    /**
     * Returns true once the records that were on the topic at the start are read, at the latest one minute after the
     * start: a topic that cannot be read must not stop the service.
     */
    public boolean hasCaughtUp() {
        return catchUp.isDone();
    }

    private boolean isAtEnd() {
        return atEnd;
    }

    @Override
    protected Mono<Void> work() {
        return Mono.firstWithSignal(topics.ready(), stopping())
                .then(Mono.<Void>fromRunnable(this::readUntilStopped).subscribeOn(Schedulers.boundedElastic()))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                        .maxBackoff(Duration.ofSeconds(5))
                        .filter(failure -> isRunning())
                        .doBeforeRetry(signal -> LogLimit.FAILURES.log(leftOut -> LOG.warn(
                                "reader restarts topic={} reason=\"{}\" lines_left_out={}",
                                type.topic().text(),
                                signal.failure().toString(),
                                leftOut))))
                .onErrorComplete();
    }

    private void readUntilStopped() {
        String topic = topics.name(type.topic());
        try (Consumer<byte[], Payload> consumer =
                new BoundedConsumer(settings(), new PollBudget(), new ConsumerProgress().begin())) {
            while (isRunning()) {
                assign(consumer, topic);
                consumer.poll(POLL).forEach(this::read);
                measure(consumer);
            }
        }
    }

    /** The consumer refreshes its list of partitions every 10 s; partitions that it reads keep their position. */
    private static void assign(Consumer<?, ?> consumer, String topic) {
        Set<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
        if (!partitions.equals(consumer.assignment())) {
            consumer.assign(partitions);
        }
    }

    private void read(ConsumerRecord<byte[], Payload> record) {
        try {
            Payload value = record.value();
            if (value == null) {
                listener.removed(new String(record.key(), StandardCharsets.UTF_8));
            } else {
                var decoded = codec.decode(
                        type,
                        record.key(),
                        value,
                        EventHeaders.of(record.headers()),
                        Instant.ofEpochMilli(record.timestamp()));
                listener.changed(decoded.state(), decoded.time());
            }
        } catch (RuntimeException notAState) {
            metrics.skippedState();
            SKIPPED.log(leftOut -> LOG.warn(
                    "record skipped topic={} partition={} offset={} reason=\"{}\" lines_left_out={}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    notAState.getMessage(),
                    leftOut));
        }
    }

    /** Notes the first known end of each partition, and how many records are left before the current ends. */
    private void measure(Consumer<?, ?> consumer) {
        long unread = 0;
        boolean read = true;
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(partition);
            if (lag.isPresent()) {
                long position = consumer.position(partition, Duration.ZERO);
                unread += lag.getAsLong();
                read &= position >= ends.computeIfAbsent(partition, first -> position + lag.getAsLong());
            } else {
                read = false;
            }
        }
        metrics.unreadStates(unread);
        atEnd |= read;
    }

    private Map<String, Object> settings() {
        return KafkaSettings.of(
                properties,
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        MOST_BYTES,
                        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        10_000,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        10_000,
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        10_000));
    }
}
