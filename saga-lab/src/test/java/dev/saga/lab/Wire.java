package dev.saga.lab;

import dev.saga.delivery.wire.EventCodec;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.Topic;
import dev.saga.event.TransactionId;
import dev.saga.events.Shop;
import dev.saga.events.ShopTopic;
import dev.saga.lab.probe.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Publishes to and reads from the topics of a running system. */
final class Wire {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String prefix;
    private final TopicReader reader;
    private final String kafka;
    private final KafkaProducer<String, String> producer;
    private final EventCodec codec = new EventCodec(Shop.CONTRACT);

    Wire(String kafka, String prefix) {
        this.kafka = kafka;
        this.prefix = prefix;
        this.reader = new TopicReader(kafka, prefix);
        this.producer = producer("none");
    }

    private KafkaProducer<String, String> producer(String compression) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka, "compression.type", compression);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** Publishes an event as its service would, with a new event id. */
    void publish(SagaEvent event) {
        put(event.type().topic().text(), event.transactionId().text(), text(event));
    }

    /** Publishes an event with Kafka's {@code compression.type}: none, gzip, snappy, lz4 or zstd. */
    void publish(SagaEvent event, String compression) {
        try (KafkaProducer<String, String> compressing = producer(compression)) {
            put(compressing, event.type().topic().text(), event.transactionId().text(), text(event));
        }
    }

    private String text(SagaEvent event) {
        var envelope = new Envelope(
                UUID.randomUUID(),
                "/" + event.type().topic().text() + "-svc",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                null,
                null,
                event);
        return new String(codec.encode(envelope), StandardCharsets.UTF_8);
    }

    /** Publishes any record and waits for its acknowledgement. */
    void put(String topic, String key, String value) {
        put(producer, topic, key, value);
    }

    private void put(KafkaProducer<String, String> producer, String topic, String key, String value) {
        try {
            producer.send(new ProducerRecord<>(prefix + topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns all records of one saga on a topic, in order. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic, TransactionId saga) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        reader.read(ShopTopic.valueOf(topic.toUpperCase(Locale.ROOT)), Long.MAX_VALUE, record -> {
            if (record.key() != null && saga.text().equals(new String(record.key(), StandardCharsets.UTF_8))) {
                found.add(record);
            }
        });
        return found;
    }

    /** Returns the reader of the topics and of the groups' offsets. */
    TopicReader reader() {
        return reader;
    }

    /** Returns the name in Kafka of a topic of this system. */
    String name(Topic topic) {
        return name(topic.text());
    }

    /** Returns the name in Kafka of a topic or group of this system. */
    String name(String topicOrGroup) {
        return prefix + topicOrGroup;
    }

    /** Returns the types of a saga's events on a topic, in order. */
    List<String> types(String topic, TransactionId saga) {
        return records(topic, saga).stream()
                .map(record -> json(record).path("type").asString("?"))
                .toList();
    }

    /** Publishes a saga's events twice more: unchanged, and with new ids. Records that are not events are skipped. */
    void repeat(String topic, TransactionId saga) {
        for (ConsumerRecord<byte[], byte[]> record : records(topic, saga)) {
            String value = new String(record.value(), StandardCharsets.UTF_8);
            if (!value.startsWith("{\"specversion\"")) {
                continue;
            }
            String id = json(record).path("id").asString();
            put(topic, saga.text(), value);
            put(topic, saga.text(), value.replace(id, UUID.randomUUID().toString()));
        }
    }

    static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        return JSON.readTree(record.value());
    }
}
