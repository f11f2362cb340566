package dev.saga.delivery;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderOptions;
import reactor.kafka.sender.SenderRecord;
import reactor.kafka.sender.SenderResult;
import reactor.kafka.sender.internals.ProducerFactory;

/** Sends stored events to Kafka; an acknowledgement means that all in-sync replicas have the record. */
final class EventSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);
    private static final List<Header> HEADERS =
            List.of(new RecordHeader("content-type", EventCodec.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII)));

    /** Bounds what a round has in flight; more waits its turn. */
    private static final int MOST_IN_FLIGHT = 1_000;

    /**
     * An event on its way to Kafka.
     *
     * @param topic without the prefix of this system's topics
     */
    record Outgoing(String topic, String key, byte[] payload) {}

    private final SenderOptions<String, byte[]> options;
    private final ProducerFactory producers;
    private final String topicPrefix;
    private @Nullable KafkaSender<String, byte[]> kafka;

    EventSender(DeliveryProperties properties) {
        this(properties, ProducerFactory.INSTANCE);
    }

    EventSender(DeliveryProperties properties, ProducerFactory producers) {
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
                        3_000,
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
     * Made at the first use, and not before its producer is: that fails while no broker's name is known, and a
     * {@link KafkaSender} would remember it for ever.
     */
    private synchronized KafkaSender<String, byte[]> kafka() {
        if (kafka == null) {
            kafka = KafkaSender.create(made(producer()), options);
        }
        return kafka;
    }

    private Producer<String, byte[]> producer() {
        try {
            return producers.createProducer(options);
        } catch (KafkaException failure) {
            LOG.warn("no producer reason=\"{}\"", String.valueOf(failure.getCause()));
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

    /** Sends all, pipelined; answers those that were acknowledged, whatever became of the others. */
    Mono<Set<Outgoing>> send(Collection<Outgoing> events) {
        return Flux.defer(() -> kafka().send(Flux.fromIterable(events).map(this::record)))
                .filter(EventSender::acknowledged)
                .map(SenderResult::correlationMetadata)
                .onErrorComplete() // the sender repeats the first failure at the end, where results are all that counts
                .collect(() -> Collections.newSetFromMap(new IdentityHashMap<>()), Set::add);
    }

    private SenderRecord<String, byte[], Outgoing> record(Outgoing event) {
        return SenderRecord.create(
                new ProducerRecord<>(topicPrefix + event.topic(), null, null, event.key(), event.payload(), HEADERS),
                event);
    }

    private static boolean acknowledged(SenderResult<Outgoing> result) {
        if (result.exception() != null) {
            LOG.warn(
                    "event not sent transaction_id={} reason=\"{}\"",
                    result.correlationMetadata().key(),
                    result.exception().toString());
        }
        return result.exception() == null;
    }

    @Override
    public synchronized void close() {
        if (kafka != null) {
            kafka.close();
        }
    }
}
