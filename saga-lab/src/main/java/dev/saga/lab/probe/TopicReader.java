package dev.saga.lab.probe;

import dev.saga.event.Topic;
import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import java.time.Duration;
import java.util.Arrays;
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

/** A reader of a system's topics and of its services' committed offsets. */
public final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(300);

    /** Limit per poll, because a record can be a megabyte when unpacked. */
    private static final int MOST_RECORDS = 50;

    private final String kafka;
    private final String prefix;

    /** @param prefix prefix of the names of the system's topics and groups; usually empty */
    public TopicReader(String kafka, String prefix) {
        this.kafka = kafka;
        this.prefix = prefix;
    }

    /**
     * Reads a topic to its current end.
     *
     * @param latest largest number of records per partition; the latest ones are read
     */
    public void read(Topic topic, long latest, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings())) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            begins.forEach((p, begin) -> consumer.seek(p, Math.max(begin, ends.getOrDefault(p, 0L) - latest)));
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(POLL).forEach(reader);
            }
        }
    }

    /** Returns the number of records that were ever written to all topics. */
    public long records() {
        return ends().values().stream().mapToLong(end -> end).sum();
    }

    /**
     * Returns the number of records that a group has not acknowledged, in the topics that it has read; in all topics if
     * it has never acknowledged a record. A topic that was created again can be shorter than the acknowledged offset;
     * it counts as 0.
     */
    public long lag(String group) {
        return lag(ends(), group);
    }

    /** Returns {@link #lag(String)} of each service, for the same ends of the topics. */
    public Map<Participant, Long> lags() {
        Map<TopicPartition, Long> ends = ends();
        return Arrays.stream(Participant.values())
                .collect(Collectors.toMap(service -> service, service -> lag(ends, service.text())));
    }

    private long lag(Map<TopicPartition, Long> ends, String group) {
        Map<TopicPartition, OffsetAndMetadata> read = acknowledged(prefix + group);
        Set<String> topics = read.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        return ends.entrySet().stream()
                .filter(end -> topics.isEmpty() || topics.contains(end.getKey().topic()))
                .mapToLong(end -> {
                    OffsetAndMetadata offset = read.get(end.getKey());
                    return Math.max(0, end.getValue() - (offset == null ? 0 : offset.offset()));
                })
                .sum();
    }

    private Map<TopicPartition, OffsetAndMetadata> acknowledged(String group) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Map<TopicPartition, Long> ends() {
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings())) {
            return consumer.endOffsets(Arrays.stream(ShopTopic.values())
                    .flatMap(topic -> partitions(consumer, topic).stream())
                    .toList());
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, Topic topic) {
        return consumer.partitionsFor(prefix + topic.text()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /** Returns the settings of a consumer without a group that reads from the beginning. */
    public Map<String, Object> settings() {
        return Map.of(
                "bootstrap.servers",
                kafka,
                "allow.auto.create.topics",
                false,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                MOST_RECORDS,
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class);
    }
}
