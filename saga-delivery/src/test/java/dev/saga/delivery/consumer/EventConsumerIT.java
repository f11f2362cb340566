package dev.saga.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.Trips;
import dev.saga.delivery.inbox.Delivery;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.event.TransactionId;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses a real MariaDB and a real Kafka. */
class EventConsumerIT {
    private Delivery delivery;
    private long published;

    @BeforeEach
    void start() {
        delivery = Delivery.fresh();
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    @Test
    void handlesWhatIsPublishedAndAcknowledgesIt() {
        publish(100);
        EventConsumer consumer = started(delivery);
        awaitEffects(100);
        awaitAcknowledged(100);
        consumer.stop();
    }

    @Test
    void acknowledgesNothingBeforeTheCommit() throws Exception {
        delivery.handler.failure = batch -> new R2dbcNonTransientResourceException("the database is away");
        publish(5);
        EventConsumer consumer = started(delivery);
        await().atMost(Duration.ofSeconds(30)).until(() -> delivery.handler.calls.get() >= 4);
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5)).until(() -> acknowledged() == 0);
        delivery.handler.failure = batch -> null;
        awaitEffects(5);
        awaitAcknowledged(5);
        consumer.stop();
    }

    @Test
    void aRedeliveryAfterACrashBetweenCommitAndAcknowledgementChangesNothing() throws Exception {
        publish(50);
        EventConsumer consumer = started(delivery);
        awaitEffects(50);
        awaitAcknowledged(50);
        consumer.stop();
        forgetOffsets();
        EventConsumer again = started(delivery);
        awaitAcknowledged(50);
        again.stop();
        assertThat(delivery.count("SELECT COUNT(*) FROM effect")).isEqualTo(50);
        assertThat(delivery.count("SELECT SUM(events) FROM outbox")).isEqualTo(50);
    }

    @Test
    void twoInstancesShareThePartitionsAndHandleEachEventOnce() {
        try (Delivery other = delivery.anotherInstance()) {
            EventConsumer one = started(delivery);
            publish(100);
            awaitEffects(100);
            EventConsumer two = started(other);
            await("the second has partitions of its own")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        publish(10);
                        return other.handler.committed.get() > 0;
                    });
            long before = delivery.handler.committed.get();
            publish(100);
            await("the first has kept some")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> delivery.handler.committed.get() > before);
            one.stop();
            publish(100);
            awaitEffects(published);
            two.stop();
        }
    }

    /**
     * The records have kilobytes on the broker and gigabytes uncompressed. All of them are parked, and the records
     * behind them are handled.
     */
    @Test
    void recordsThatAreSmallOnTheBrokerAndLargeInMemoryAreParkedAndOthersContinue() {
        produce(Map.of("compression.type", "gzip", "batch.size", 1), producer -> {
            producer.send(garbage(17 << 20));
            for (int i = 0; i < 60; i++) {
                producer.send(garbage(900_000));
            }
        });
        publish(20);
        EventConsumer consumer = started(delivery);
        awaitEffects(20);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(delivery.count("SELECT COUNT(*) FROM dead_letter"))
                        .isEqualTo(61));
        assertThat(delivery.count("SELECT MAX(payload_bytes) FROM dead_letter")).isEqualTo(17 << 20);
        consumer.stop();
    }

    @Test
    void aPollBringsNoMoreIntoMemoryThanItsBudgetAndARecord() {
        produce(Map.of("compression.type", "gzip", "batch.size", 1 << 20, "linger.ms", 500), producer -> {
            for (int i = 0; i < 40; i++) {
                producer.send(garbage(900_000));
            }
        });
        String topic = delivery.properties.topicPrefix() + "trips";
        Map<String, Object> settings = Map.of("bootstrap.servers", delivery.properties.bootstrapServers());
        List<Integer> polls = new ArrayList<>();
        try (var consumer = new BoundedConsumer(settings, new PollBudget(), new ConsumerProgress().begin())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                int records = consumer.poll(Duration.ofMillis(200)).count();
                polls.add(records);
                return polls.stream().mapToInt(count -> count).sum() == 40;
            });
        }
        assertThat(polls).allSatisfy(records -> assertThat(records).isLessThanOrEqualTo(10));
    }

    private ProducerRecord<byte[], byte[]> garbage(int bytes) {
        byte[] key = Trips.newSaga().text().getBytes(StandardCharsets.UTF_8);
        byte[] value = "x".repeat(bytes).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(delivery.properties.topicPrefix() + "trips", 0, key, value);
    }

    private void produce(Map<String, Object> own, Consumer<KafkaProducer<byte[], byte[]>> what) {
        delivery.topics.ready().block(Duration.ofSeconds(30));
        Map<String, Object> settings = new HashMap<>(own);
        settings.put("bootstrap.servers", delivery.properties.bootstrapServers());
        settings.put("max.request.size", 64 << 20);
        settings.put("buffer.memory", 256L << 20);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            what.accept(producer);
        }
    }

    @Test
    void ignoresEventsOfAnAbortedKafkaTransaction() {
        TransactionId aborted = Trips.newSaga();
        TransactionId committed = Trips.newSaga();
        produce(Map.of("transactional.id", delivery.schema), producer -> {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(aborted));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record(committed));
            producer.commitTransaction();
        });
        EventConsumer consumer = started(delivery);
        awaitEffects(1);
        assertThat(delivery.text("SELECT transaction_id FROM effect")).isEqualTo(committed.text());
        consumer.stop();
    }

    private ProducerRecord<byte[], byte[]> record(TransactionId saga) {
        return new ProducerRecord<>(
                delivery.properties.topicPrefix() + "trips",
                0,
                saga.text().getBytes(StandardCharsets.UTF_8),
                delivery.codec.encode(Delivery.envelope(Trips.requested(saga), UUID.randomUUID())));
    }

    private EventConsumer started(Delivery instance) {
        EventConsumer consumer = instance.consumer();
        consumer.start();
        return consumer;
    }

    private void publish(int events) {
        published += events;
        IntStream.range(0, events).forEach(i -> {
            TransactionId saga = Trips.newSaga();
            delivery.publish(
                    "trips",
                    saga.text(),
                    delivery.codec.encode(Delivery.envelope(Trips.requested(saga), UUID.randomUUID())));
        });
    }

    private void awaitEffects(long effects) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(delivery.count("SELECT COUNT(*) FROM effect"))
                        .isEqualTo(effects));
    }

    private void awaitAcknowledged(long records) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(acknowledged()).isEqualTo(records));
    }

    private long acknowledged() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return admin
                    .listConsumerGroupOffsets(delivery.properties.group())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(offset -> offset == null ? 0 : offset.offset())
                    .sum();
        }
    }

    private void forgetOffsets() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                admin.deleteConsumerGroups(List.of(delivery.properties.group()))
                        .all()
                        .get();
                return true;
            });
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", delivery.properties.bootstrapServers()));
    }
}
