package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.KafkaSettings;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.wire.RecordHeaders;
import dev.saga.delivery.work.Detached;
import dev.saga.delivery.work.LogLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderOptions;
import reactor.kafka.sender.SenderRecord;
import reactor.kafka.sender.SenderResult;
import reactor.kafka.sender.internals.ProducerFactory;
import reactor.util.retry.Retry;

/** Sends stored events to Kafka. An acknowledgement means that all in-sync replicas have the record. */
public final class EventSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);
    /** The longest wait for the result of a round; a send is faster even under full load. See {@link #send}. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(300);

    /** The time for which the producer keeps the partitions of a topic to which nothing is sent. */
    private static final Duration METADATA_IDLE = Duration.ofDays(365);

    /** After this time a send is abandoned; until then, later events of its saga wait. */
    private static final Duration LONGEST_SEND = Duration.ofSeconds(7);

    private static final Duration LEARN_PAUSE = Duration.ofMillis(20);
    private static final int LEARN_ATTEMPTS = 100;

    /** Longest wait for sends in flight at the end. The relay has ended before; rows without an answer stay. */
    private static final Duration CLOSE = Duration.ofSeconds(1);

    /** The maximum number of sends in flight per round; the others wait. */
    private static final int MOST_IN_FLIGHT = 1_000;

    /**
     * An event that is to be sent to Kafka.
     *
     * @param topic name without the prefix of this system's topics
     */
    public record Outgoing(String topic, String key, byte[] payload) {}

    private final SenderOptions<String, byte[]> options;
    private final ProducerFactory producers;
    private final String topicPrefix;
    private final Spans spans;
    private final LateSends late = new LateSends();
    private volatile @Nullable Producer<String, byte[]> producer;
    private @Nullable KafkaSender<String, byte[]> kafka;

    public EventSender(DeliveryProperties properties, Spans spans) {
        this(properties, spans, ProducerFactory.INSTANCE);
    }

    public EventSender(DeliveryProperties properties, Spans spans, ProducerFactory producers) {
        this.spans = spans;
        this.topicPrefix = properties.topicPrefix();
        this.producers = producers;
        this.options = SenderOptions.<String, byte[]>create(settings(properties))
                .stopOnError(false)
                .closeTimeout(CLOSE)
                .maxInFlight(MOST_IN_FLIGHT);
    }

    private static Map<String, Object> settings(DeliveryProperties properties) {
        return KafkaSettings.of(
                properties,
                Map.of(
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        0, // sends run on the event loops of the database's connections
                        ProducerConfig.METADATA_MAX_IDLE_CONFIG,
                        METADATA_IDLE.toMillis(),
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        3_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        (int) LONGEST_SEND.toMillis(),
                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                        StringSerializer.class,
                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class));
    }

    /**
     * Creates the producer and loads the partitions of these topics, because a send fails instead of waiting for them.
     * Fails after about 2 s if the brokers do not respond.
     *
     * @param names with the prefix of this system's topics
     */
    Mono<Void> learn(Collection<String> names) {
        return Mono.<Void>fromRunnable(() -> {
                    kafka();
                    Producer<String, byte[]> made = Objects.requireNonNull(producer);
                    names.forEach(made::partitionsFor);
                })
                .subscribeOn(Schedulers.boundedElastic())
                .retryWhen(Retry.fixedDelay(LEARN_ATTEMPTS, LEARN_PAUSE).filter(TimeoutException.class::isInstance));
    }

    /**
     * Creates the sender at its first use, after its producer. Creation of the producer fails while no broker's host
     * name can be resolved, and a {@link KafkaSender} would cache that failure permanently.
     */
    private synchronized KafkaSender<String, byte[]> kafka() {
        if (kafka == null) {
            Producer<String, byte[]> made = producer();
            producer = made;
            kafka = KafkaSender.create(factoryReturning(made), options);
        }
        return kafka;
    }

    private Producer<String, byte[]> producer() {
        try {
            return producers.createProducer(options);
        } catch (KafkaException failure) {
            LogLimit.FAILURES.log(leftOut -> LOG.warn("no producer reason=\"{}\"", String.valueOf(failure.getCause())));
            throw failure;
        }
    }

    private static ProducerFactory factoryReturning(Producer<?, ?> producer) {
        return new ProducerFactory() {
            @Override
            @SuppressWarnings("unchecked") // the producer was created with options of these types
            public <K, V> Producer<K, V> createProducer(SenderOptions<K, V> options) {
                return (Producer<K, V>) producer;
            }
        };
    }

    /**
     * Sends all events, pipelined, and returns the acknowledged ones. Waits at most 300 ms for the slowest. An event
     * without a result by then is late; a later call returns it once it is acknowledged.
     */
    Mono<Set<Outgoing>> send(Collection<Outgoing> events) {
        return Mono.defer(() -> {
            var round = new SendRound(late);
            fill(round, events);
            Mono<Void> all = round.events().isEmpty() ? Mono.empty() : Detached.run(sendAll(round));
            return Mono.firstWithSignal(all, Mono.delay(LONGEST_WAIT).then()).then(Mono.fromSupplier(round::end));
        });
    }

    private Mono<Void> sendAll(SendRound round) {
        return Flux.defer(() -> kafka().send(Flux.fromIterable(round.events()).map(this::record)))
                .doOnNext(result -> settle(round, result))
                .onErrorComplete() // the sender repeats the first failure at the end; only the results count
                .then()
                .doFinally(end -> round.finish());
    }

    private void settle(SendRound round, SenderResult<Outgoing> result) {
        round.settle(result);
        if (result.exception() == null) {
            spans.published(
                    result.correlationMetadata().topic(),
                    result.correlationMetadata().payload());
        }
    }

    /**
     * Adds the events that can be sent now. Leaves out events that wait for an earlier send, and all events of the
     * partition of such a send.
     */
    private void fill(SendRound round, Collection<Outgoing> events) {
        Set<String> slow = late.waiting().stream().map(this::partition).collect(Collectors.toSet());
        for (Outgoing event : events) {
            switch (late.fate(event)) {
                case ACKNOWLEDGED -> round.acknowledge(event);
                case WAIT -> {}
                case SEND -> {
                    if (slow.isEmpty() || !slow.contains(partition(event))) {
                        round.add(event);
                    }
                }
            }
        }
    }

    /**
     * Computes the partition as Kafka's own partitioner does. Without known partitions, all events of a topic count as
     * one partition.
     */
    private String partition(Outgoing event) {
        int partitions = Math.max(1, partitions(topicPrefix + event.topic()));
        byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
        return event.topic() + "-" + Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    private int partitions(String topic) {
        Producer<String, byte[]> made = producer;
        try {
            return made == null ? 0 : made.partitionsFor(topic).size();
        } catch (TimeoutException unknown) {
            return 0;
        }
    }

    private SenderRecord<String, byte[], Outgoing> record(Outgoing event) {
        return SenderRecord.create(
                new ProducerRecord<>(
                        topicPrefix + event.topic(),
                        null,
                        null,
                        event.key(),
                        event.payload(),
                        RecordHeaders.of(event.payload())),
                event);
    }

    @Override
    public synchronized void close() {
        if (kafka != null) {
            kafka.close();
        }
    }
}
