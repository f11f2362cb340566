package dev.saga.lab.chaos;

import dev.saga.event.Topic;
import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.probe.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Faults in the topics: unreadable records, duplicates, new partitions and rebalances. */
final class ChaosWire implements AutoCloseable {
    /** Prefix of the keys of records that no service can read. */
    static final String GARBAGE = "chaos-garbage-";

    /** A field that the services ignore: it marks a copy under a new id. */
    static final String COPY = "\"chaos\":\"copy\",";

    private static final int BOMB_BYTES = 17 << 20;
    private static final int MOST_PARTITIONS = 12;
    private static final Duration POLL = Duration.ofMillis(300);

    private final String kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final TopicReader topics;
    private final AtomicInteger lettersDue = new AtomicInteger();

    ChaosWire(String kafka) {
        this.kafka = kafka;
        this.topics = new TopicReader(kafka, "");
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Returns the expected number of dead letters of garbage and floods: one per record and service that reads the
     * topic.
     */
    int lettersDue() {
        return lettersDue.get();
    }

    static boolean isGarbage(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null || new String(record.key(), StandardCharsets.UTF_8).startsWith(GARBAGE);
    }

    /** A copy of a copy would have the marking field twice, and the services park an event with a field twice. */
    static boolean isCopy(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8).contains(COPY);
    }

    void putGarbage(int number) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        int due = 0;
        for (int i = 0; i < number; i++) {
            String key = GARBAGE + UUID.randomUUID();
            byte[] value = switch (i % 4) {
                case 0 -> null;
                case 1 -> "{not json".getBytes(StandardCharsets.UTF_8);
                case 2 -> "{\"specversion\":\"1.0\",\"type\":\"ORDER_TELEPORTED\"}".getBytes(StandardCharsets.UTF_8);
                default -> new byte[64 * 1024];
            };
            ShopTopic topic = i % 2 == 0 ? ShopTopic.ORDER : ShopTopic.INVENTORY;
            records.add(new ProducerRecord<>(topic.text(), key.getBytes(StandardCharsets.UTF_8), value));
            due += topic.consumers().size();
        }
        put(producer, records);
        lettersDue.addAndGet(due);
    }

    /**
     * Puts {@code number} records of 900 kB and one of 17 MiB onto each topic. On the broker they are compressed and
     * small.
     */
    void flood(int number) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                kafka,
                "compression.type",
                "gzip",
                "linger.ms",
                20,
                "max.request.size",
                2 * BOMB_BYTES,
                "buffer.memory",
                4L * BOMB_BYTES);
        try (var gzip = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ShopTopic topic : ShopTopic.values()) {
                put(gzip, Bombs.records(topic, GARBAGE, number, BOMB_BYTES));
                lettersDue.addAndGet((number + 1) * topic.consumers().size());
            }
        }
    }

    void repeatLatest(int each) {
        for (Topic topic : ShopTopic.values()) {
            List<ConsumerRecord<byte[], byte[]>> latest = new ArrayList<>();
            List<ProducerRecord<byte[], byte[]>> again = new ArrayList<>();
            topics.read(topic, each, record -> {
                if (!isGarbage(record) && !isCopy(record)) {
                    latest.add(record);
                }
            });
            for (ConsumerRecord<byte[], byte[]> record : latest) {
                again.add(new ProducerRecord<>(topic.text(), record.key(), record.value()));
                String text = new String(record.value(), StandardCharsets.UTF_8);
                String copy = text.replaceFirst("\"id\":\"[^\"]+\"", COPY + "\"id\":\"" + UUID.randomUUID() + "\"");
                again.add(new ProducerRecord<>(topic.text(), record.key(), copy.getBytes(StandardCharsets.UTF_8)));
            }
            put(producer, again);
        }
    }

    /** Sends the records; returns when all are acknowledged. */
    private static void put(KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        try {
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    void addPartition(int pick) {
        Topic topic = List.of(ShopTopic.values()).get(pick % ShopTopic.values().length);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            int partitions = admin.describeTopics(Set.of(topic.text())).allTopicNames().get().values().stream()
                    .mapToInt(description -> description.partitions().size())
                    .sum();
            if (partitions < MOST_PARTITIONS) {
                admin.createPartitions(Map.of(topic.text(), NewPartitions.increaseTo(partitions + 1)))
                        .all()
                        .get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    void joinAndLeave(Participant service, int times) {
        Map<String, Object> settings = new HashMap<>(topics.settings());
        settings.put("group.id", service.text());
        settings.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        List<String> consumed = Arrays.stream(ShopTopic.values())
                .filter(topic -> topic.consumers().contains(service))
                .map(Topic::text)
                .toList();
        for (int i = 0; i < times; i++) {
            try (var member = new KafkaConsumer<byte[], byte[]>(settings)) {
                member.subscribe(consumed);
                member.poll(POLL);
                member.poll(POLL);
            }
        }
    }

    /** Returns a reader of the topics. */
    TopicReader topics() {
        return topics;
    }

    @Override
    public void close() {
        producer.close();
    }
}
