package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.Invariants;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.local.LocalInfra;
import dev.saga.local.process.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Tests an outage of Kafka and of MariaDB, on a broker and a database that no other test uses. */
@Order(RunningSystem.ALONE)
class OutageIT {
    private static final Path FOLDER = Launch.home().resolve("saga-lab/target/outage");
    private static final int OUTBOX_LIMIT = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static LocalInfra infra;
    private static LocalStack stack;
    private static SagaClient client;

    @BeforeAll
    static void start() {
        infra = LocalInfra.startSmall(FOLDER, 1);
        Runtime.getRuntime().addShutdownHook(new Thread(infra::closeAndDeleteData));
        var plan = new Plan(
                Plan.each(1),
                false,
                "outage" + System.nanoTime() + "_",
                Map.of(
                        "saga.delivery.outbox-limit",
                        String.valueOf(OUTBOX_LIMIT),
                        "saga.order.step-timeout",
                        "5s",
                        "saga.order.early-refusal",
                        "true",
                        // A charge whose commit is in doubt waits for the end of its lease, so it is shorter than four
                        // step timeouts.
                        "saga.payment.lease",
                        "12s"),
                Jvm.OFTEN_STARTED);
        stack = LocalStack.start(infra, plan, FOLDER.resolve("logs"), line -> {});
        client = stack.client();
        client.stock("FAR", 10, 1_000_000);
    }

    @AfterAll
    static void stop() {
        stack.close();
        infra.closeAndDeleteData();
    }

    @Test
    void whileKafkaIsAwayOrdersAreAcceptedUntilTheOutboxIsFullAndDrainWhenItIsBack() {
        infra.brokers().getFirst().process().kill();
        List<String> accepted = new ArrayList<>();
        await("503 once the outbox is full")
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(() -> {
                    Answer answer = client.submit("far", order(), Map.of());
                    if (answer.status() == 201) {
                        accepted.add(answer.text("orderId"));
                        return false;
                    }
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.header("retry-after")).isNotNull();
                    return true;
                });
        assertThat(accepted).hasSizeGreaterThan(OUTBOX_LIMIT);
        String metrics = client.order("GET", "/actuator/prometheus", null, Map.of())
                .response()
                .body();
        assertThat(metrics.lines()
                        .filter(line -> line.startsWith("saga_outbox_depth "))
                        .map(line -> Double.valueOf(line.substring(line.indexOf(' ')))))
                .singleElement()
                .satisfies(depth -> assertThat(depth).isGreaterThan(OUTBOX_LIMIT));

        infra.brokers().getFirst().restart();
        assertAllConfirmed(accepted);
        await().atMost(PATIENCE)
                .until(() -> client.submit("far", order(), Map.of()).status() == 201);
        client.stock("SOLD-OUT", 10, 0);
        await("stock levels are published and read again")
                .atMost(PATIENCE)
                .until(() -> client.submit("far", "{\"productId\":\"SOLD-OUT\",\"qty\":1}", Map.of())
                                .status()
                        == 409);
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsAcceptedAndEverythingContinuesWhenItIsBack() {
        List<String> accepted = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            accepted.add(client.submit("far", order(), Map.of()).expect(201).text("orderId"));
        }
        infra.database().process().kill();
        assertThat(client.submit("far", order(), Map.of("Idempotency-Key", "away"))
                        .status())
                .isEqualTo(503);
        infra.database().restart();
        await().atMost(PATIENCE).until(() -> {
            Answer answer = client.submit("far", order(), Map.of("Idempotency-Key", "away"));
            return answer.status() == 201 || answer.status() == 200;
        });
        assertAllConfirmed(accepted);
    }

    private static void assertAllConfirmed(List<String> orders) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(orders)
                        .allSatisfy(order -> assertThat(
                                        client.get("far", order).expect(200).text("status"))
                                .isEqualTo("CONFIRMED")));
        var invariants = new Invariants(stack.databases());
        await().atMost(PATIENCE).until(() -> invariants.underWay() == 0);
        assertThat(invariants.violations()).isEmpty();
    }

    private static String order() {
        return "{\"productId\":\"FAR\",\"qty\":1}";
    }
}
