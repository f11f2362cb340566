package dev.saga.lab;

import dev.saga.delivery.EventCodec;
import dev.saga.events.Envelope;
import dev.saga.events.SagaEvent;
import dev.saga.events.Topic;
import dev.saga.events.TransactionId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The topics of a running system, by hand. */
final class Wire {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String prefix;
    private final Map<String, Object> settings;
    private final KafkaProducer<String, String> producer;
    private final EventCodec codec = new EventCodec();

    Wire(String kafka, String prefix) {
        this.prefix = prefix;
        this.settings = Map.of("bootstrap.servers", kafka);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** Says an event as its service would, under a new event id. */
    void say(SagaEvent event) {
        var envelope = new Envelope(
                UUID.randomUUID(),
                "/" + event.type().topic().text() + "-svc",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                null,
                null,
                event);
        put(
                event.type().topic().text(),
                event.transactionId().text(),
                new String(codec.encode(envelope), StandardCharsets.UTF_8));
    }

    /** Puts any record on a topic; returns when it is there. */
    void put(String topic, String key, String value) {
        try {
            producer.send(new ProducerRecord<>(prefix + topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that lies on a topic for one saga, in order. */
    List<ConsumerRecord<String, String>> records(String topic, TransactionId saga) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(prefix + topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    if (saga.text().equals(record.key())) {
                        found.add(record);
                    }
                }
            }
        }
        return found;
    }

    /** The name in Kafka of a topic or group of this system. */
    String name(Topic topic) {
        return name(topic.text());
    }

    String name(String topicOrGroup) {
        return prefix + topicOrGroup;
    }

    /** How many records lie on all topics. */
    long recordCount() {
        return ends().values().stream().mapToLong(end -> end).sum();
    }

    /** How many records of the topics that it has ever read a group has not acknowledged; all before it has any. */
    long lag(String group) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(settings)) {
            Map<TopicPartition, Long> ends = ends();
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Set<String> topics =
                    read.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
            return topics.isEmpty()
                    ? recordCount()
                    : ends.entrySet().stream()
                            .filter(end -> topics.contains(end.getKey().topic()))
                            .mapToLong(end -> end.getValue()
                                    - (read.containsKey(end.getKey())
                                            ? read.get(end.getKey()).offset()
                                            : 0))
                            .sum();
        }
    }

    private Map<TopicPartition, Long> ends() {
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = Arrays.stream(Topic.values())
                    .flatMap(topic -> consumer.partitionsFor(name(topic)).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            return consumer.endOffsets(all);
        }
    }

    /** The types of a saga's events on a topic, in order. */
    List<String> types(String topic, TransactionId saga) {
        return records(topic, saga).stream()
                .map(record -> json(record).path("type").asString("?"))
                .toList();
    }

    /** The same events once more: as they are, and under new ids; what is no event is left out. */
    void repeat(String topic, TransactionId saga) {
        for (ConsumerRecord<String, String> record : records(topic, saga)) {
            if (!record.value().startsWith("{\"specversion\"")) {
                continue;
            }
            String id = json(record).path("id").asString();
            put(topic, record.key(), record.value());
            put(
                    topic,
                    record.key(),
                    record.value().replace(id, UUID.randomUUID().toString()));
        }
    }

    static JsonNode json(ConsumerRecord<String, String> record) {
        return JSON.readTree(record.value());
    }
}
