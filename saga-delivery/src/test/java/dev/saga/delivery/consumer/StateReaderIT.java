package dev.saga.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.Trips;
import dev.saga.delivery.inbox.Delivery;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.instance.DeliveryMetrics;
import dev.saga.delivery.wire.StateCodec;
import dev.saga.event.StateType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uses a real Kafka. */
class StateReaderIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final StateType<Seats> SEATS = new StateType<>(Delivery.SEATS, "SEATS", Seats.class, Seats::bus);

    record Seats(String bus, int free) {}

    private final Delivery delivery = Delivery.fresh();
    private final StateCodec codec = new StateCodec(Trips.CONTRACT, "/bus-svc", UUID::randomUUID, Clock.systemUTC());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    private final StateReader<Seats> reader = new StateReaders(
                    delivery.properties, delivery.topics, codec, new DeliveryMetrics(meters, new ConsumerProgress()))
            .of(SEATS, new StateReader.Listener<>() {
                @Override
                public void changed(Seats state, Instant time) {
                    if (state.free() < 0) {
                        throw new IllegalArgumentException("fewer than none are free");
                    }
                    seen.put(state.bus(), state.free());
                }

                @Override
                public void removed(String key) {
                    seen.remove(key);
                }
            });

    @AfterEach
    void stop() {
        if (reader.isRunning()) {
            reader.stop();
        }
        delivery.close();
    }

    @Test
    void readsFromTheBeginningAndThenWhatIsPublishedLater() {
        IntStream.range(0, 50).forEach(i -> publish("BUS-" + i % 10, i));
        reader.start();
        await().atMost(PATIENCE).until(reader::hasCaughtUp);
        assertThat(seen).hasSize(10).containsEntry("BUS-9", 49).containsEntry("BUS-0", 40);
        publish("BUS-0", 7);
        awaitSeen("BUS-0", 7);
    }

    @Test
    void hasCaughtUpOnAnEmptyTopicButNotBeforeItReads() {
        assertThat(reader.hasCaughtUp()).isFalse();
        reader.start();
        await().atMost(PATIENCE).until(reader::hasCaughtUp);
    }

    @Test
    void skipsWhatIsNotAStateAndReadsOn() {
        put("BUS-1", "garbage".getBytes(StandardCharsets.UTF_8));
        put("BUS-2", codec.encode(SEATS, new Seats("BUS-1", 2)));
        put("BUS-1", "x".repeat(900_000).getBytes(StandardCharsets.UTF_8));
        put("", new byte[0]);
        publish("BUS-1", -1);
        publish("BUS-1", 5);
        reader.start();
        awaitSeen("BUS-1", 5);
        await().atMost(PATIENCE).until(reader::hasCaughtUp);
        assertThat(seen).hasSize(1);
        assertThat(meters.get("saga.states.skipped").counter().count()).isEqualTo(5);
        await().atMost(PATIENCE)
                .until(() -> meters.get("saga.states.unread").gauge().value() == 0);
    }

    /** 40 records of 900 kB, which compression makes small on the broker. */
    @Test
    void readsPastRecordsThatAreLargeInMemory() {
        produce(Map.of("compression.type", "gzip", "batch.size", 1 << 20, "linger.ms", 500), producer -> {
            for (int i = 0; i < 40; i++) {
                producer.send(record("BUS-1", "x".repeat(900_000).getBytes(StandardCharsets.UTF_8)));
            }
        });
        publish("BUS-1", 3);
        reader.start();
        awaitSeen("BUS-1", 3);
        assertThat(meters.get("saga.states.skipped").counter().count()).isEqualTo(40);
    }

    @Test
    void aTombstoneRemovesTheState() {
        publish("BUS-1", 5);
        publish("BUS-2", 5);
        reader.start();
        awaitSeen("BUS-1", 5);
        put("BUS-1", null);
        await().atMost(PATIENCE).until(() -> !seen.containsKey("BUS-1"));
        awaitSeen("BUS-2", 5);
    }

    @Test
    void readsPartitionsThatAreAdded() throws Exception {
        publish("BUS-1", 5);
        reader.start();
        awaitSeen("BUS-1", 5);
        String topic = delivery.properties.topicPrefix() + "seats";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", delivery.properties.bootstrapServers()))) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4)))
                    .all()
                    .get();
        }
        byte[] key = "BUS-9".getBytes(StandardCharsets.UTF_8);
        await().atMost(PATIENCE).until(() -> {
            produce(producer ->
                    producer.send(new ProducerRecord<>(topic, 3, key, codec.encode(SEATS, new Seats("BUS-9", 9)))));
            return seen.containsKey("BUS-9");
        });
    }

    private void awaitSeen(String bus, int free) {
        await().atMost(PATIENCE).until(() -> Integer.valueOf(free).equals(seen.get(bus)));
    }

    private void publish(String bus, int free) {
        put(bus, codec.encode(SEATS, new Seats(bus, free)));
    }

    private void put(String key, byte[] value) {
        produce(producer -> producer.send(record(key, value)));
    }

    private ProducerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ProducerRecord<>(
                delivery.properties.topicPrefix() + "seats", key.getBytes(StandardCharsets.UTF_8), value);
    }

    private void produce(Consumer<KafkaProducer<byte[], byte[]>> what) {
        produce(Map.of(), what);
    }

    private void produce(Map<String, Object> own, Consumer<KafkaProducer<byte[], byte[]>> what) {
        delivery.topics.ready().block(PATIENCE);
        Map<String, Object> settings = new HashMap<>(own);
        settings.put("bootstrap.servers", delivery.properties.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            what.accept(producer);
        }
    }
}
