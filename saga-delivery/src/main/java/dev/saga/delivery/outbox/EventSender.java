package dev.saga.delivery.outbox;

import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.instance.KafkaSettings;
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
import reactor.kafka.sender.internals.ProducerFactory;
import reactor.util.retry.Retry;

/** Sends stored events to Kafka; an acknowledgement means that all in-sync replicas have the record. */
public final class EventSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);
    /** Longer than a send takes, even under full load; see {@link #send}. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    /** For how long the producer keeps the partitions of a topic to which nothing is sent. */
    private static final Duration KNOWN = Duration.ofDays(365);

    private static final Duration LEARN_PAUSE = Duration.ofMillis(20);
    private static final int LEARN_ATTEMPTS = 100;

    /** Bounds what a round has in flight; more waits its turn. */
    private static final int MOST_IN_FLIGHT = 1_000;

    /**
     * An event on its way to Kafka.
     *
     * @param topic without the prefix of this system's topics
     */
    public record Outgoing(String topic, String key, byte[] payload) {}

    private final SenderOptions<String, byte[]> options;
    private final ProducerFactory producers;
    private final String topicPrefix;
    private final LateSends late = new LateSends();
    private volatile @Nullable Producer<String, byte[]> producer;
    private @Nullable KafkaSender<String, byte[]> kafka;

    public EventSender(DeliveryProperties properties) {
        this(properties, ProducerFactory.INSTANCE);
    }

    public EventSender(DeliveryProperties properties, ProducerFactory producers) {
        this.topicPrefix = properties.topicPrefix();
        this.producers = producers;
        this.options = SenderOptions.<String, byte[]>create(settings(properties))
                .stopOnError(false)
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
                        KNOWN.toMillis(),
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        3_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        (int) properties
                                .lockLease()
                                .multipliedBy(7)
                                .dividedBy(10)
                                .toMillis(),
                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                        StringSerializer.class,
                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class));
    }

    /**
     * Makes the producer and has it learn the partitions of these topics: a send never waits for that, it fails. Fails
     * after about 2 s if the brokers do not answer.
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
     * Made at the first use, and not before its producer is: that fails while no broker's name is known, and a
     * {@link KafkaSender} would remember it for ever.
     */
    private synchronized KafkaSender<String, byte[]> kafka() {
        if (kafka == null) {
            Producer<String, byte[]> made = producer();
            producer = made;
            kafka = KafkaSender.create(made(made), options);
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

    private static ProducerFactory made(Producer<?, ?> producer) {
        return new ProducerFactory() {
            @Override
            @SuppressWarnings("unchecked") // the options that it was made with have these types
            public <K, V> Producer<K, V> createProducer(SenderOptions<K, V> options) {
                return (Producer<K, V>) producer;
            }
        };
    }

    /**
     * Sends all, pipelined; returns those that were acknowledged. Does not wait for the slowest for longer than 300 ms: what
     * has no outcome by then is late, and is among the acknowledged of a later call once it has one.
     */
    Mono<Set<Outgoing>> send(Collection<Outgoing> events) {
        return Mono.defer(() -> {
            var round = new SendRound(late);
            sendable(events, round);
            Mono<Void> all = round.sent().isEmpty() ? Mono.empty() : Detached.run(sent(round));
            return Mono.firstWithSignal(all, Mono.delay(PATIENCE).then()).then(Mono.fromSupplier(round::end));
        });
    }

    private Mono<Void> sent(SendRound round) {
        return Flux.defer(() -> kafka().send(Flux.fromIterable(round.sent()).map(this::record)))
                .doOnNext(round::settle)
                .onErrorComplete() // the sender repeats the first failure at the end; the results are all that counts
                .then()
                .doFinally(end -> round.finish());
    }

    /** Fills the round: without events that wait for an earlier send, and those of a partition that does. */
    private void sendable(Collection<Outgoing> events, SendRound round) {
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

    /** As Kafka's own partitioner chooses it; the same for all events of a topic whose partitions are unknown. */
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
