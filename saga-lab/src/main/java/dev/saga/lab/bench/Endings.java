package dev.saga.lab.bench;

import dev.saga.events.ShopEventType;
import dev.saga.local.StartFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the topic of orders as anyone downstream does, and tells those who wait how their order ended. */
final class Endings implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Told once how an order ended, and at what nano time that was read. */
    interface Waiting {
        void ended(boolean confirmed, long nanos);

        /** Whether a confirmation is not the end, because its user has cancelled the order. */
        boolean wantsCancelled();
    }

    private record Ended(boolean confirmed, long nanos) {}

    private final JsonFactory json = new JsonFactory();
    private final Map<String, Object> open = new ConcurrentHashMap<>();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private volatile boolean running = true;

    /**
     * Begins behind what the topic holds now.
     *
     * @throws StartFailure where Kafka does not answer within 10 s, or has no such topic
     */
    Endings(String kafka, String topic) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka,
                        "allow.auto.create.topics",
                        false,
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "latest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = partitions(kafka, topic);
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        reader = Thread.ofPlatform().name("endings").start(this::read);
    }

    private List<TopicPartition> partitions(String kafka, String topic) {
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw closed("Kafka at " + kafka + " has no topic " + topic + ".");
            }
            return partitions;
        } catch (TimeoutException e) {
            throw closed("Kafka does not answer at " + kafka + ".");
        }
    }

    private StartFailure closed(String why) {
        consumer.close();
        return new StartFailure(why);
    }

    /** Has {@code waiting} told, at once where the order has ended already. */
    void await(String orderId, Waiting waiting) {
        open.compute(orderId, (id, seen) -> seen instanceof Ended ended && told(waiting, ended) ? null : waiting);
    }

    private void read() {
        while (running) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                String type = type(record.value());
                if (ShopEventType.ORDER_CONFIRMED.name().equals(type)) {
                    ended(new String(record.key(), StandardCharsets.US_ASCII), true);
                } else if (ShopEventType.ORDER_CANCELLED.name().equals(type)) {
                    ended(new String(record.key(), StandardCharsets.US_ASCII), false);
                }
            }
        }
        consumer.close();
    }

    private void ended(String orderId, boolean confirmed) {
        var end = new Ended(confirmed, System.nanoTime());
        open.compute(
                orderId, (id, seen) -> seen instanceof Waiting waiting ? told(waiting, end) ? null : waiting : end);
    }

    private static boolean told(Waiting waiting, Ended end) {
        if (end.confirmed && waiting.wantsCancelled()) {
            return false;
        }
        waiting.ended(end.confirmed, end.nanos);
        return true;
    }

    /** The type, which stands near the beginning: the rest is not read. */
    private @Nullable String type(byte[] event) {
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), event)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.PROPERTY_NAME && "type".equals(parser.currentName())) {
                    return parser.nextStringValue();
                }
            }
            return null;
        }
    }

    @Override
    public void close() {
        running = false;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
