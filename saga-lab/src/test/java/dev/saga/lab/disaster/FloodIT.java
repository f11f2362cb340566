package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.fixture.Customers;
import dev.saga.lab.fixture.ForeignProducer;
import dev.saga.lab.fixture.OwnSystem;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Tests records that are small on the broker and large in memory, many dead letters of one saga, and large orders. The
 * database accepts statements of at most 1 MiB. The services have the same heap as in their images.
 */
@Order(RunningSystem.ALONE)
class FloodIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ORDER = "{\"productId\":\"DRY\",\"qty\":1}";
    private static final int MANY = 400;
    private static final int LARGE_BYTES = 900_000;
    private static final int LETTERS = 10_000;

    private static OwnSystem system;
    private static SagaClient client;

    @BeforeAll
    static void start() {
        system = OwnSystem.prepare("flood", 1);
        system.sql("SET GLOBAL max_allowed_packet = 1048576");
        system.launch(Map.of("saga.order.step-timeout", "20s"));
        client = system.client();
        client.stock("DRY", 10, 1_000_000);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @AfterEach
    void noServiceHasEnded() {
        assertThat(system.stack().instances()).allSatisfy(instance -> {
            assertThat(instance.process().isAlive()).as(instance.name()).isTrue();
            assertThat(Files.readString(instance.process().log())).doesNotContain("OutOfMemoryError", "StackOverflow");
        });
    }

    @Test
    void recordsThatAreLargeAfterDecompressionAreParkedAndOtherSagasContinueAlsoAfterARestart() {
        String flood = UUID.randomUUID().toString().substring(0, 8);
        int due = 0;
        try (var customers = Customers.start(client, 2, "dry", ORDER)) {
            for (ShopTopic topic : ShopTopic.values()) {
                due += topic.consumers().size() * flood(topic.text(), flood);
            }
            customers.awaitMore(20, PATIENCE);
            assertConfirmed();
        }
        int letters = due;
        await("a dead letter of each record at each of its consumers")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(letters(flood)).isEqualTo(letters));
        system.stack().instances().parallelStream().forEach(ServiceProcess::stop);
        system.stack().instances().forEach(ServiceProcess::restart);
        system.stack().instances().forEach(ServiceProcess::awaitReady);
        assertConfirmed();
        system.assertSound(PATIENCE);
    }

    /** Publishes large records of every kind to a topic and returns their number. */
    private static int flood(String topic, String name) {
        List<ProducerRecord<byte[], byte[]>> packed = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> plain = new ArrayList<>();
        try (var gzip = new ForeignProducer(system.infra.kafka(), system.prefix, Map.of("compression.type", "gzip"));
                var bare = new ForeignProducer(system.infra.kafka(), system.prefix, Map.of())) {
            packed.add(gzip.record(topic, key(name), filled("x", 17 << 20)));
            byte[] large = filled("x", LARGE_BYTES);
            byte[] quotes = filled("\"'\\", LARGE_BYTES);
            String oneKey = key(name);
            for (int i = 0; i < MANY; i++) {
                packed.add(gzip.record(topic, i % 2 == 0 ? oneKey : key(name), large));
            }
            for (int i = 0; i < MANY / 10; i++) {
                packed.add(gzip.record(topic, key(name), quotes));
                plain.add(bare.record(topic, key(name), i % 2 == 0 ? quotes : large));
            }
            gzip.put(packed);
            bare.put(plain);
        }
        return packed.size() + plain.size();
    }

    /** Returns the key of a saga that does not exist; it begins with the flood's name. */
    private static String key(String flood) {
        return flood + UUID.randomUUID().toString().substring(8);
    }

    private static byte[] filled(String text, int bytes) {
        return text.repeat(bytes / text.length() + 1).substring(0, bytes).getBytes(StandardCharsets.UTF_8);
    }

    private static long letters(String flood) {
        return Arrays.stream(Participant.values())
                .mapToLong(service -> system.number("SELECT COUNT(*) FROM "
                        + system.stack().databases().schema(service) + ".dead_letter WHERE record_key LIKE '" + flood
                        + "%'"))
                .sum();
    }

    /** A few of these orders, 100 lines with long names, exceed the longest statement that the database accepts. */
    @Test
    void ordersOfAHundredLinesAtOnceAreStoredAndConfirmed() throws Exception {
        List<String> products = IntStream.range(0, 100)
                .mapToObj(i -> "DRY-" + "x".repeat(56) + "-" + i)
                .toList();
        products.forEach(product -> client.stock(product, 10, 1_000_000));
        String body = products.stream()
                .map(product -> "{\"productId\":\"" + product + "\",\"qty\":1}")
                .collect(Collectors.joining(",", "{\"lines\":[", "]}"));
        var answers = new ConcurrentLinkedQueue<Answer>();
        try (ExecutorService customers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                customers.execute(() -> answers.add(client.submit("large", body, Map.of())));
            }
        }
        assertThat(answers)
                .hasSize(100)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(201));
        await("all confirmed")
                .atMost(PATIENCE)
                .until(() -> answers.stream()
                        .allMatch(answer -> client.get("large", answer.text("orderId"))
                                .text("status")
                                .equals("CONFIRMED")));
    }

    @Test
    void aReplayOfTenThousandDeadLettersReportsItsProgressAndDelaysNoOtherSaga() {
        Answer declined = client.submitAndWait(
                "many", "{\"lines\":[{\"productId\":\"DRY\",\"qty\":1}],\"paymentToken\":\"tok_decline\"}");
        assertThat(declined.text("status")).isEqualTo("CANCELLED");
        String saga = String.valueOf(declined.text("orderId"));
        Map<String, Object> gzip = Map.of("compression.type", "gzip");
        try (var producer = new ForeignProducer(system.infra.kafka(), system.prefix, gzip)) {
            producer.put("payment", saga, "{");
            producer.put(IntStream.range(0, LETTERS)
                    .mapToObj(i -> ForeignProducer.event(
                            "PAYMENT_FAILED",
                            "/payment-svc",
                            UUID.randomUUID().toString(),
                            saga,
                            "\"reason\":\"DECLINED\",\"detail\":\"" + i + "\""))
                    .map(event -> producer.record("payment", saga, event.getBytes(StandardCharsets.UTF_8)))
                    .toList());
        }
        await("letters").atMost(PATIENCE).until(() -> open(saga) == LETTERS + 1);
        client.order("DELETE", "/dead-letters/" + first(saga), null, Map.of()).expect(204);
        try (var customers = Customers.start(client, 1, "beside", ORDER)) {
            Answer replay = client.order("POST", "/dead-letters/" + first(saga) + "/replay", null, Map.of())
                    .expect(200);
            long replayed = replay.body().path("replayed").asLong();
            assertThat(replayed).isPositive();
            assertThat(open(saga)).isEqualTo(LETTERS - replayed);
            assertConfirmed();
            customers.awaitMore(1, PATIENCE);
        }
        assertThat(client.get("many", saga).text("status")).isEqualTo("CANCELLED");
    }

    private static long first(String saga) {
        return system.number("SELECT MIN(id) FROM " + schema() + ".dead_letter WHERE " + openLetters(saga));
    }

    private static long open(String saga) {
        return system.number("SELECT COUNT(*) FROM " + schema() + ".dead_letter WHERE " + openLetters(saga));
    }

    private static String openLetters(String saga) {
        return "record_key = '" + saga + "' AND resolved_at IS NULL";
    }

    private static String schema() {
        return system.stack().databases().schema(Participant.ORDER);
    }

    private static void assertConfirmed() {
        await("a new order is confirmed").atMost(PATIENCE).until(() -> {
            Answer answer = client.submit("dry", ORDER, Map.of("Prefer", "wait=25"));
            return "CONFIRMED".equals(answer.text("status"));
        });
    }
}
