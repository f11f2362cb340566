package dev.saga.delivery.instance;

import dev.saga.delivery.work.LogLimit;
import dev.saga.event.Contract;
import dev.saga.event.EventType;
import dev.saga.event.StateTopic;
import dev.saga.event.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Creates the topics of the contract, and the compacted topics of this service, that are missing in Kafka. Waits until every
 * partition has a leader.
 */
public final class Topics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int REQUEST_MILLIS = 10_000;
    static final int REPLICAS_OF_A_CLUSTER = 3;

    /** In bytes. Kafka compacts closed segments only, and with the default of 1 GiB a reader would read for minutes. */
    private static final int COMPACTED_SEGMENT = 32 << 20;

    private final DeliveryProperties properties;
    private final Contract contract;
    private final List<StateTopic> states;
    private final TopicGuard guard;
    private final Mono<Void> ready;
    private @Nullable Admin admin;

    /** @param states the compacted topics on which this service publishes, or which it reads */
    public Topics(DeliveryProperties properties, Contract contract, List<StateTopic> states) {
        this.properties = properties;
        this.contract = contract;
        this.states = states;
        this.guard = new TopicGuard(properties);
        this.ready = check().retryWhen(
                        Retry.fixedDelay(Long.MAX_VALUE, PAUSE).doBeforeRetry(signal -> logWaiting(signal.failure())))
                .cache();
    }

    /**
     * Creates topics that are missing, for instance because they were deleted since the last check. Fails while Kafka
     * is unavailable.
     */
    public Mono<Void> check() {
        return Mono.<Void>fromRunnable(this::createMissing).subscribeOn(Schedulers.boundedElastic());
    }

    /** Completes when all topics can be written and read. Waits for as long as Kafka is unavailable. */
    public Mono<Void> ready() {
        return ready;
    }

    /** Returns the name of a topic in Kafka. */
    public String name(Topic topic) {
        return properties.topicPrefix() + topic.text();
    }

    /** Returns the names in Kafka of all topics that this service creates. */
    public List<String> names() {
        return topics().map(this::name).toList();
    }

    private Stream<Topic> topics() {
        return Stream.concat(contract.topics().stream(), states.stream());
    }

    /** Returns the names in Kafka of the topics of these types. */
    public Set<String> of(Collection<? extends EventType> types) {
        return types.stream().map(type -> name(type.topic())).collect(Collectors.toSet());
    }

    private static void logWaiting(Throwable failure) {
        LogLimit.FAILURES.log(leftOut ->
                LOG.info("waiting for Kafka reason=\"{}\" lines_left_out={}", failure.getMessage(), leftOut));
    }

    private Map<String, Object> settings() {
        return KafkaSettings.of(
                properties,
                Map.of(
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        REQUEST_MILLIS / 2,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        REQUEST_MILLIS));
    }

    private void createMissing() {
        try {
            Admin admin = admin();
            Set<String> there = admin.listTopics().names().get();
            for (Topic topic : topics().toList()) {
                if (!there.contains(name(topic))) {
                    create(admin, topic);
                }
            }
            Collection<TopicDescription> described =
                    admin.describeTopics(names()).allTopicNames().get().values();
            requireLeaders(described);
            guard.check(admin, described);
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void create(Admin admin, Topic topic) throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(List.of(build(topic))).all().get();
            LOG.info("topic created name={} partitions={}", name(topic), properties.partitions());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /** Builds a topic. With three replicas or more, a record is acknowledged once two of them have it. */
    private NewTopic build(Topic topic) {
        int inSync = properties.replicationFactor() >= REPLICAS_OF_A_CLUSTER ? 2 : 1;
        Map<String, String> settings = new HashMap<>();
        settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, String.valueOf(inSync));
        if (topic instanceof StateTopic) {
            settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, String.valueOf(COMPACTED_SEGMENT));
        }
        return new NewTopic(name(topic), properties.partitions(), properties.replicationFactor()).configs(settings);
    }

    /**
     * Returns the end offsets of these partitions as consumers of committed records see them. Partitions whose end is
     * unknown now are left out.
     */
    public Mono<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions) {
        return Mono.fromCallable(() -> lookUpEnds(partitions)).subscribeOn(Schedulers.boundedElastic());
    }

    /** Leaves out partitions whose end cannot be queried now, because they have no leader. */
    private Map<TopicPartition, Long> lookUpEnds(Set<TopicPartition> partitions) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(partition -> partition, any -> OffsetSpec.latest()));
        ListOffsetsResult all = admin().listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (TopicPartition partition : partitions) {
            try {
                ends.put(partition, all.partitionResult(partition).get().offset());
            } catch (ExecutionException withoutLeader) {
                LOG.debug("no end partition={} reason=\"{}\"", partition, String.valueOf(withoutLeader.getCause()));
            }
        }
        return ends;
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(settings());
        }
        return admin;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }

    private static void requireLeaders(Collection<TopicDescription> topics) {
        for (TopicDescription topic : topics) {
            if (topic.partitions().stream()
                    .anyMatch(p -> p.leader() == null || p.leader().isEmpty())) {
                throw new IllegalStateException("topic " + topic.name() + " has a partition without a leader");
            }
        }
    }
}
