package dev.saga.lab.chaos;

import dev.saga.events.Topic;
import dev.saga.lab.stack.Service;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What lies in the topics, and how far the services have read it. */
final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(300);

    private final String kafka;

    TopicReader(String kafka) {
        this.kafka = kafka;
    }

    /**
     * Reads a topic to its present end.
     *
     * @param latest how many records of each partition at most, the latest
     */
    void read(Topic topic, long latest, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.text()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            begins.forEach((p, begin) -> consumer.seek(p, Math.max(begin, ends.getOrDefault(p, 0L) - latest)));
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(POLL).forEach(reader);
            }
        }
    }

    /** How many records the services have not acknowledged yet. */
    long lag() {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (Topic topic : Topic.values()) {
            ends.putAll(ends(topic));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            long lag = 0;
            for (Service service : Service.values()) {
                Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(service.text())
                        .partitionsToOffsetAndMetadata()
                        .get();
                lag += lag(ends, read);
            }
            return lag;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Over the topics of which a group has ever read a partition: one that it has not read yet is behind by all. */
    private static long lag(Map<TopicPartition, Long> ends, Map<TopicPartition, OffsetAndMetadata> read) {
        Set<String> topics = read.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        return ends.entrySet().stream()
                .filter(end -> topics.contains(end.getKey().topic()))
                .mapToLong(end -> {
                    OffsetAndMetadata offset = read.get(end.getKey());
                    return end.getValue() - (offset == null ? 0 : offset.offset());
                })
                .sum();
    }

    private Map<TopicPartition, Long> ends(Topic topic) {
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings())) {
            return consumer.endOffsets(consumer.partitionsFor(topic.text()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList());
        }
    }

    Map<String, Object> settings() {
        return Map.of(
                "bootstrap.servers",
                kafka,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class);
    }
}
