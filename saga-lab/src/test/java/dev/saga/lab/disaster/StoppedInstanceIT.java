package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Stops one of two instances (SIGSTOP) in the middle of a transaction. Its locks stay, and no connection ends. It
 * continues when the test is over; until then the other instance does all the work.
 */
@Order(RunningSystem.ON_PAIRS)
class StoppedInstanceIT {
    /** Longest time until orders are final again: the server ends the session and its transaction, and a retry succeeds. */
    private static final Duration TAKEOVER = Duration.ofSeconds(40);

    /** Longest time for one order after the other instance has taken over. */
    private static final Duration PACE = Duration.ofSeconds(8);

    private static final Duration LONG_FOR_A_TRANSACTION = Duration.ofMillis(700);
    private static final int BURST = 400;
    private static final String ORDER = "{\"productId\":\"STOPPED\",\"qty\":1}";

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient survivor = system.otherClient();
    private final Map<String, String> orders = new ConcurrentHashMap<>();
    private ExecutorService burst;

    @BeforeEach
    void start() {
        survivor.stock("STOPPED", 10, 1_000_000);
        burst = Executors.newFixedThreadPool(16, Thread.ofVirtual().factory());
    }

    @AfterEach
    void everythingAddsUp() {
        burst.shutdownNow();
        system.assertSound();
    }

    @Test
    void ordersBecomeFinalOnTheOtherInstanceWhileOneOfInventorySvcIsStoppedInATransaction() throws Exception {
        ServiceProcess instance = system.stack.instances(Participant.INVENTORY).getFirst();
        submitInABurst(survivor);
        stopInATransaction(instance, Participant.INVENTORY);
        try {
            await("orders of the time before, final elsewhere")
                    .atMost(TAKEOVER)
                    .untilAsserted(() -> assertThat(orders)
                            .hasSizeGreaterThan(BURST)
                            .allSatisfy(
                                    (key, order) -> assertThat(status(order)).isIn("CONFIRMED", "CANCELLED")));
            for (int i = 0; i < 10; i++) {
                Answer later = survivor.submit("stopped", ORDER, Map.of("Prefer", "wait=" + PACE.toSeconds()));
                assertThat(later.text("status")).isEqualTo("CONFIRMED");
            }
        } finally {
            signal("CONT", instance);
        }
    }

    @Test
    void anIdempotencyKeyWorksOnTheOtherInstanceWhileTheFirstOneIsStoppedInItsTransaction() throws Exception {
        ServiceProcess instance = system.stack.instances(Participant.ORDER).getFirst();
        submitInABurst(system.client());
        stopInATransaction(instance, Participant.ORDER);
        try {
            Set<String> keys = Set.copyOf(orders.keySet());
            await("an order for every key")
                    .atMost(TAKEOVER)
                    .untilAsserted(() -> assertThat(keys)
                            .allSatisfy(key -> assertThat(submit(survivor, key)).isIn(200, 201)));
            await("every order final")
                    .atMost(TAKEOVER)
                    .untilAsserted(() -> assertThat(orders)
                            .allSatisfy(
                                    (key, order) -> assertThat(status(order)).isIn("CONFIRMED", "CANCELLED")));
        } finally {
            signal("CONT", instance);
        }
    }

    /** Submits orders until the instance that receives them stops or the test ends. */
    private void submitInABurst(SagaClient client) {
        String run = "run-" + System.nanoTime() + "-";
        for (int i = 0; i < 100 * BURST; i++) {
            String key = run + i;
            burst.execute(() -> submitUnlessStopped(client, key));
        }
        await().atMost(TAKEOVER).until(() -> orders.size() > BURST);
    }

    private void submitUnlessStopped(SagaClient client, String key) {
        try {
            submit(client, key);
        } catch (RuntimeException interrupted) {
            assertThat(burst.isShutdown()).as("the burst is over").isTrue();
        }
    }

    private int submit(SagaClient client, String key) {
        orders.putIfAbsent(key, "");
        Answer answer = client.submit("stopped", ORDER, Map.of("Idempotency-Key", key));
        if (answer.status() == 200 || answer.status() == 201) {
            orders.put(key, Objects.requireNonNull(answer.text("orderId")));
        }
        return answer.status();
    }

    /** Stops the instance, and repeats this until it has stopped in the middle of a transaction. */
    private void stopInATransaction(ServiceProcess instance, Participant service) throws Exception {
        for (int attempt = 0; attempt < 200; attempt++) {
            signal("STOP", instance);
            LockSupport.parkNanos(LONG_FOR_A_TRANSACTION.toNanos());
            if (openFor(service, LONG_FOR_A_TRANSACTION)) {
                burst.shutdownNow();
                return;
            }
            signal("CONT", instance);
            LockSupport.parkNanos(Duration.ofMillis(37).toNanos());
        }
        throw new AssertionError("the instance never stood still in a transaction");
    }

    /** Returns true if the service has a transaction that has changed rows and has been idle for half this time. */
    private boolean openFor(Participant service, Duration age) throws SQLException {
        try (Connection connection = system.stack.databases().connect(service);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        """
                        SELECT COUNT(*) FROM information_schema.innodb_trx t
                        JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
                        WHERE p.user = '%s' AND p.command = 'Sleep' AND t.trx_rows_modified > 0
                            AND p.time_ms > %d""".formatted(system.stack.databases().schema(service), age.toMillis() / 2))) {
            rows.next();
            return rows.getLong(1) > 0;
        }
    }

    private static void signal(String name, ServiceProcess instance) throws Exception {
        var kill = new ProcessBuilder(
                "kill", "-" + name, String.valueOf(instance.process().pid()));
        assertThat(kill.start().waitFor()).isZero();
    }

    private String status(String order) {
        return order.isEmpty()
                ? "CANCELLED" // its submission got no response
                : survivor.get("stopped", order).expect(200).text("status");
    }
}
