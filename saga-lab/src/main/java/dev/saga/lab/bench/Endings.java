package dev.saga.lab.bench;

import dev.saga.events.ShopEventType;
import dev.saga.local.process.StartFailure;
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

/**
 * Reads the topic of orders as any downstream consumer does, and notifies waiting customers of the end of their orders.
 */
final class Endings implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** A customer that is notified once of the end of its order. */
    interface Waiting {
        /** @param nanos {@link System#nanoTime()} when the final event was read */
        void onEnd(boolean confirmed, long nanos);

        /** Returns true if a confirmation is not the end, because the user has cancelled the order. */
        boolean awaitsCancellation();
    }

    private record Ended(boolean confirmed, long nanos) {}

    private final JsonFactory json = new JsonFactory();
    private final Map<String, Object> open = new ConcurrentHashMap<>();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private volatile boolean running = true;

    /**
     * Begins at the current end of the topic.
     *
     * @throws StartFailure if Kafka does not respond within 10 s or has no such topic
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
            List<TopicPartition> partitions = consumer.partitionsFor(topic, TIMEOUT).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw closeAndFail("Kafka at " + kafka + " has no topic " + topic + ".");
            }
            return partitions;
        } catch (TimeoutException e) {
            throw closeAndFail("Kafka does not respond at " + kafka + ".");
        }
    }

    private StartFailure closeAndFail(String why) {
        consumer.close();
        return new StartFailure(why);
    }

    /** Registers {@code waiting} for the end of an order; notifies it at once if the order has already ended. */
    void await(String orderId, Waiting waiting) {
        open.compute(orderId, (id, seen) -> seen instanceof Ended ended && notifyEnd(waiting, ended) ? null : waiting);
    }

    private void read() {
        while (running) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                String type = type(record.value());
                if (ShopEventType.ORDER_CONFIRMED.name().equals(type)) {
                    recordEnd(new String(record.key(), StandardCharsets.US_ASCII), true);
                } else if (ShopEventType.ORDER_CANCELLED.name().equals(type)) {
                    recordEnd(new String(record.key(), StandardCharsets.US_ASCII), false);
                }
            }
        }
        consumer.close();
    }

    private void recordEnd(String orderId, boolean confirmed) {
        var end = new Ended(confirmed, System.nanoTime());
        open.compute(
                orderId,
                (id, seen) -> seen instanceof Waiting waiting ? notifyEnd(waiting, end) ? null : waiting : end);
    }

    private static boolean notifyEnd(Waiting waiting, Ended end) {
        if (end.confirmed && waiting.awaitsCancellation()) {
            return false;
        }
        waiting.onEnd(end.confirmed, end.nanos);
        return true;
    }

    /** Returns the event's type. It is near the beginning, so the rest is not parsed. */
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
