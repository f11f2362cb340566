package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.fixture.OwnSystem;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Tests partitions without a leader and with a damaged batch. There are three brokers and one replica of each partition:
 * partition p of every topic is on broker p modulo 3.
 */
@Order(RunningSystem.ALONE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaderlessIT {
    private static final int BROKERS = 3;
    private static final int PARTITIONS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longest time from submission to end of an order whose partition has a leader. */
    private static final Duration PACE = Duration.ofSeconds(6);

    /** Longest time until the other brokers have taken over groups, offsets and the cluster's leadership. */
    private static final Duration FAILOVER = Duration.ofSeconds(20);

    private static final String ORDER = "{\"productId\":\"LED\",\"qty\":1}";

    private static OwnSystem system;
    private static SagaClient client;

    @BeforeAll
    static void start() throws Exception {
        system = OwnSystem.prepare("leaderless", BROKERS);
        createTopics();
        system.launch(Map.of("saga.order.step-timeout", "20s", "saga.delivery.replication-factor", "1"));
        client = system.client();
        client.stock("LED", 10, 1_000_000);
    }

    private static void createTopics() throws Exception {
        Map<Integer, List<Integer>> replicas = IntStream.range(0, PARTITIONS)
                .boxed()
                .collect(Collectors.toMap(partition -> partition, partition -> List.of(1 + partition % BROKERS)));
        List<NewTopic> topics = Arrays.stream(ShopTopic.values())
                .map(topic ->
                        new NewTopic(system.wire.name(topic), replicas).configs(Map.of("min.insync.replicas", "1")))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.infra.kafka()))) {
            admin.createTopics(topics).all().get();
        }
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    @Order(1)
    void sagasOfAPartitionWithoutALeaderWaitAndAllOthersKeepTheirPace() {
        KafkaBroker away = system.infra.brokers().get(2);
        away.process().kill();
        awaitAnotherPartition(2);
        List<String> waiting = new ArrayList<>();
        long since = System.nanoTime();
        int others = 0;
        while (others < 60 || waiting.size() < 10) {
            String order = submit();
            if (partition(order) % BROKERS == 2) {
                waiting.add(order);
            } else if (others++ % 6 == 0) {
                await(order + " " + others + " of partition " + partition(order) + " is final")
                        .atMost(PACE)
                        .until(() -> status(order).equals("CONFIRMED"));
            }
        }
        assertThat(waiting).allSatisfy(order -> assertThat(status(order)).isNotEqualTo("CONFIRMED"));
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(PATIENCE);
        away.restart();
        await("the sagas that waited")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(waiting)
                        .allSatisfy(order -> assertThat(status(order)).isIn("CONFIRMED", "CANCELLED")));
        system.assertSound(PATIENCE);
    }

    /** Waits until an order whose partition is on another broker than this partition is confirmed. */
    private static void awaitAnotherPartition(int partition) {
        String order = submit();
        while (partition(order) % BROKERS == partition % BROKERS) {
            order = submit();
        }
        String other = order;
        await("the failover").atMost(FAILOVER).until(() -> status(other).equals("CONFIRMED"));
    }

    /** Runs last, because it damages the disk. */
    @Test
    @Order(2)
    void aDamagedBatchOnTheBrokersDiskStopsOnlyItsPartitionWithALogLineAndAMetric() throws Exception {
        ServiceProcess reader = system.instance(Participant.INVENTORY);
        reader.stop();
        Map<Integer, List<String>> orders = new TreeMap<>();
        while (orders.size() < PARTITIONS) {
            String order = submit();
            orders.computeIfAbsent(partition(order), missing -> new ArrayList<>())
                    .add(order);
        }
        await("all on the topic")
                .atMost(PATIENCE)
                .until(() -> system.number("SELECT COUNT(*) FROM "
                                + system.stack().databases().schema(Participant.ORDER) + ".outbox")
                        == 0);
        int damaged = 1;
        KafkaBroker broker = system.infra.brokers().get(damaged % BROKERS);
        broker.stop();
        damageTheEnd(damaged);
        broker.restart();
        reader.restart();
        reader.awaitReady();
        orders.forEach((partition, all) -> {
            if (partition != damaged) {
                await("orders of partition " + partition)
                        .atMost(PATIENCE)
                        .until(() ->
                                all.stream().allMatch(order -> status(order).equals("CONFIRMED")));
            }
        });
        String name = system.wire.name(ShopTopic.ORDER) + "-" + damaged;
        await("a log line")
                .atMost(PATIENCE)
                .until(() -> Files.readString(reader.process().log())
                        .lines()
                        .anyMatch(line -> line.contains("damaged") && line.contains(name)));
        await("the meter").atMost(PATIENCE).until(() -> reader.meter("saga_inbox_damaged ") == 1);
        for (int i = 0; i < 6; i++) {
            String later = submit();
            if (partition(later) != damaged) {
                await(later).atMost(PACE).until(() -> status(later).equals("CONFIRMED"));
            }
        }
    }

    /** Flips bytes near the end of a partition's log, so the checksum of the last batch no longer matches. */
    private static void damageTheEnd(int partition) throws IOException {
        Path log = system.folder
                .resolve("kafka/broker-" + (1 + partition % BROKERS))
                .resolve("data/" + system.wire.name(ShopTopic.ORDER) + "-" + partition)
                .resolve("00000000000000000000.log");
        byte[] bytes = Files.readAllBytes(log);
        for (int i = bytes.length - 20; i < bytes.length - 4; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(log, bytes);
    }

    private static String submit() {
        Answer answer = client.submit("led", ORDER, Map.of()).expect(201);
        return String.valueOf(answer.text("orderId"));
    }

    private static String status(String order) {
        return String.valueOf(client.get("led", order).expect(200).text("status"));
    }

    /** Returns the partition of an order's events, the same on every topic. */
    private static int partition(String order) {
        return Utils.toPositive(Utils.murmur2(order.getBytes(StandardCharsets.UTF_8))) % PARTITIONS;
    }
}
