package dev.saga.lab.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.Customers;
import dev.saga.lab.fixture.OwnSystem;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a silent or read-only database, and a broker or database that is away for longer than the poll interval. */
@Order(RunningSystem.ALONE)
class SilenceIT {
    private static final Duration HEALING = Duration.ofSeconds(60);

    /** Longest time from SIGTERM to the end of a service. */
    private static final Duration SHUTDOWN = Duration.ofSeconds(45);

    private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(8);
    private static final Duration AWAY = MAX_POLL_INTERVAL.multipliedBy(2);
    private static final String ORDER = "{\"productId\":\"STILL\",\"qty\":1}";

    private static OwnSystem system;
    private static SagaClient client;

    @BeforeAll
    static void start() {
        system = OwnSystem.prepare("silence", 1)
                .launch(Map.of(
                        "saga.order.step-timeout",
                        "30s",
                        "saga.payment.lease",
                        "8s",
                        "saga.delivery.kafka.max.poll.interval.ms",
                        String.valueOf(MAX_POLL_INTERVAL.toMillis())));
        client = system.client();
        client.stock("STILL", 10, 1_000_000);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    void databaseConnectionsThatFallSilentUnderLoadAreReplacedWithinAMinuteAndNothingIsLostOrDoubled() {
        Customers customers = Customers.start(client, 8, "still", ORDER);
        try (customers) {
            customers.awaitMore(50, HEALING);
            assertThat(system.proxy.freeze()).isGreaterThan(6);
            customers.awaitMore(50, HEALING);
            assertConfirmedWithin(HEALING);
        }
        system.assertSound(HEALING);
        assertThat(customers.orders())
                .as("each final; cancelled if the simulated gateway, which was silent too, did not answer the charge")
                .allSatisfy(order -> assertThat(status(order)).isIn("CONFIRMED", "CANCELLED"));
        assertThat(orders("still")).isEqualTo(customers.orders().size());
    }

    @Test
    void whileTheDatabaseIsSilentRequestsGet503ReadinessIsDownAndSigtermEndsEveryService() throws IOException {
        try (var silent = new ServerSocket(0, 256, InetAddress.getLoopbackAddress())) {
            system.proxy.retarget("127.0.0.1:" + silent.getLocalPort());
            system.proxy.freeze();
            assertThat(client.submit("silent", ORDER, Map.of()).status()).isEqualTo(503);
            assertThat(client.order("GET", "/silent/orders", null, Map.of()).status())
                    .isEqualTo(503);
            await("readiness")
                    .atMost(HEALING)
                    .untilAsserted(() -> assertThat(readiness()).containsOnly(503));
            system.stack().instances().forEach(SilenceIT::terminate);
            await("the end of every service")
                    .atMost(SHUTDOWN)
                    .until(() -> system.stack().instances().stream()
                            .noneMatch(instance -> instance.process().isAlive()));
        } finally {
            system.proxy.retarget(system.infra.mariaDb());
            system.stack().instances().forEach(instance -> {
                instance.process().kill();
                instance.restart();
            });
        }
        system.stack().instances().forEach(ServiceProcess::awaitReady);
        assertConfirmedWithin(HEALING);
    }

    private static void terminate(ServiceProcess instance) {
        ProcessHandle.of(instance.process().pid()).ifPresent(ProcessHandle::destroy);
    }

    private static List<Integer> readiness() {
        return Stream.of(
                        client.order("GET", "/actuator/health/readiness", null, Map.of()),
                        client.inventory("GET", "/actuator/health/readiness", null),
                        client.payment("GET", "/actuator/health/readiness", null))
                .map(Answer::status)
                .toList();
    }

    /** As after a failover: an old connection reaches a server that is read-only now, a new connection may write. */
    @Test
    void callersOfAReadOnlyPrimaryGet503AndItsConnectionsLeaveThePool() {
        assertConfirmedWithin(HEALING);
        List<String> users = Stream.of(Participant.values())
                .map(system.stack().databases()::schema)
                .toList();
        system.sql("SET GLOBAL read_only = 1");
        try {
            assertThat(client.submit("fixed", ORDER, Map.of()).status()).isEqualTo(503);
            users.forEach(user -> system.sql("GRANT READ_ONLY ADMIN ON *.* TO '" + user + "'@'%'"));
            assertConfirmedWithin(HEALING);
            users.forEach(user -> system.sql("REVOKE READ_ONLY ADMIN ON *.* FROM '" + user + "'@'%'"));
        } finally {
            system.sql("SET GLOBAL read_only = 0");
        }
        assertConfirmedWithin(HEALING);
        system.assertSound(HEALING);
    }

    /** A process that the test kills and starts again. */
    enum Part {
        BROKER {
            @Override
            void kill() {
                system.infra.brokers().getFirst().process().kill();
            }

            @Override
            void restart() {
                system.infra.brokers().getFirst().restart();
            }
        },
        DATABASE {
            @Override
            void kill() {
                system.infra.database().process().kill();
            }

            @Override
            void restart() {
                system.infra.database().restart();
            }
        };

        abstract void kill();

        abstract void restart();
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void afterAnAbsenceLongerThanThePollIntervalTheFirstOrderIsFinalWithinSecondsAndTheLogsWereQuiet(Part part) {
        assertConfirmedWithin(HEALING);
        part.kill();
        Map<Participant, Long> before = lines();
        long since = System.nanoTime();
        await("the absence").atMost(AWAY.multipliedBy(2)).until(() -> System.nanoTime() - since > AWAY.toNanos());
        Map<Participant, Long> after = lines();
        part.restart();
        assertConfirmedWithin(Duration.ofSeconds(30));
        assertThat(after)
                .allSatisfy((service, lines) -> assertThat(lines - before.get(service))
                        .as("log lines of " + service)
                        .isLessThanOrEqualTo(AWAY.toSeconds() + 5));
    }

    private static Map<Participant, Long> lines() {
        return Stream.of(Participant.values())
                .collect(java.util.stream.Collectors.toMap(
                        service -> service,
                        service -> lines(system.instance(service).process().log())));
    }

    private static long lines(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCallerThatWaitsGetsTheStoredOrderWhenTheDatabaseGoesAway() {
        client.payment("PUT", "/payment-gateway", "{\"mode\":\"APPROVE\",\"latencyMillis\":8000,\"failureRate\":0.0}")
                .expect(200);
        Answer placed;
        try {
            CompletableFuture<Answer> waiting =
                    CompletableFuture.supplyAsync(() -> client.submit("waits", ORDER, Map.of("Prefer", "wait=12")));
            await("the order").atMost(HEALING).until(() -> orders("waits") == 1);
            system.infra.database().process().kill();
            placed = waiting.join();
        } finally {
            system.infra.database().restart();
        }
        assertThat(placed.status()).isEqualTo(201);
        await().atMost(HEALING).ignoreExceptions().untilAsserted(() -> client.gateway("APPROVE"));
        await().atMost(HEALING)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(client.get("waits", String.valueOf(placed.text("orderId")))
                                .text("status"))
                        .isEqualTo("CONFIRMED"));
    }

    /** Submits orders until one is confirmed, within the given time. */
    private static void assertConfirmedWithin(Duration bound) {
        await("a new order is confirmed")
                .atMost(bound)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    Answer answer = client.submit("new", ORDER, Map.of("Prefer", "wait=5"));
                    return "CONFIRMED".equals(answer.text("status"));
                });
    }

    private static long orders(String user) {
        return system.number("SELECT COUNT(*) FROM "
                + system.stack().databases().schema(Participant.ORDER) + ".orders WHERE user_id = '" + user + "'");
    }

    private static String status(String order) {
        return client.get("still", order).expect(200).text("status");
    }
}
