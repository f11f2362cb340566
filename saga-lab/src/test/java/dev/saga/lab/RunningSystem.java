package dev.saga.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.probe.Invariants;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.Issuer;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.local.process.Launch;
import dev.saga.testing.TestInfra;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The system under test: real processes on the build's broker and database. Each configuration starts at its first use
 * and ends when a test needs another one, so it does not slow down later tests. Classes that share a configuration have
 * the same {@code @Order}.
 */
public final class RunningSystem {
    /** For classes that start their own processes and run while no other system is up. */
    public static final int ALONE = 1;

    public static final int ON_SOLO_ORDER = 2;
    public static final int ON_PAIRS = 3;
    public static final int BEHIND_GATEWAY = 4;
    public static final int WITH_FAKE_GATEWAY = 5;
    static final int ON_SHORT_TIMEOUTS = 6;

    /** Body limit of the gateway in bytes; that of the services is 64 KiB. */
    static final int GATEWAY_BODY_LIMIT = 60_000;

    private static final Duration HEALING = Duration.ofSeconds(60);
    private static final Path LOGS = Launch.home().resolve("saga-lab/target/e2e-logs");

    private static final Map<String, RunningSystem> UP = new HashMap<>();

    public final LocalStack stack;
    public final String prefix;
    final Wire wire;
    final Invariants invariants;

    private static String prefix(String name) {
        return name + "_" + TestInfra.uniqueName() + "_";
    }

    private RunningSystem(String name, Plan plan) {
        prefix = plan.prefix();
        stack = LocalStack.start(TestInfra.get(), plan, LOGS.resolve(name), line -> {});
        wire = new Wire(TestInfra.get().kafka(), prefix);
        invariants = new Invariants(stack.databases());
        Runtime.getRuntime().addShutdownHook(new Thread(stack::close));
    }

    /** Starts a system unless it runs, and ends all others except the one that the same tests also use. */
    private static synchronized RunningSystem up(String name, String kept, Supplier<Plan> plan) {
        for (String other : List.copyOf(UP.keySet())) {
            if (!List.of(name, kept).contains(other)) {
                UP.remove(other).stack.close();
            }
        }
        return UP.computeIfAbsent(name, missing -> new RunningSystem(name, plan.get()));
    }

    private static Plan plan(String name, int orders, int others, Map<String, String> settings) {
        Map<Participant, Integer> instances = new EnumMap<>(Plan.each(others));
        instances.put(Participant.ORDER, orders);
        return new Plan(instances, false, prefix(name), settings, Jvm.SHORT_LIVED);
    }

    /** Two instances of every service. */
    public static RunningSystem pairs() {
        return up(
                "pairs",
                "",
                () -> plan("pairs", 2, 2, Map.of("saga.order.step-timeout", "8s", "saga.payment.lease", "8s")));
    }

    /** One instance of each service; payment-svc uses the payment gateway at this address. */
    static RunningSystem withFakeGateway(String url) {
        return up(
                "charge",
                "",
                () -> plan(
                        "charge",
                        1,
                        1,
                        Map.of(
                                "saga.payment.gateway-url", url,
                                "saga.payment.lease", "8s",
                                "saga.payment.longest-pause", "4s",
                                "saga.order.step-timeout", "15s")));
    }

    /** One instance of each service, with a step timeout of 1 s. */
    static RunningSystem shortTimeouts() {
        return up(
                "short",
                "",
                () -> plan("short", 1, 1, Map.of("saga.order.step-timeout", "1s", "saga.payment.lease", "8s")));
    }

    /** One instance of order-svc and no other service: the test publishes the events of the others. */
    static RunningSystem soloOrder() {
        return up("solo", "", () -> plan("solo", 1, 0, Map.of("saga.order.step-timeout", "1h")));
    }

    /**
     * Two instances of order-svc and one of each other service behind a gateway, without authentication. The body limit of
     * the gateway is lower than that of the services.
     */
    public static RunningSystem behindGateway() {
        return up(
                "gateway",
                "secured",
                () -> plan("gateway", 2, 1, Map.of("saga.gateway.body", String.valueOf(GATEWAY_BODY_LIMIT)))
                        .behindGateway());
    }

    /** One instance of each service behind a gateway; every caller needs a token of the stack's issuer. */
    public static RunningSystem secured() {
        return up(
                "secured",
                "gateway",
                () -> plan("secured", 1, 1, Map.of()).behindGateway().securedBy(Issuer.start()));
    }

    /** Publishes any record to a topic. */
    public void put(String topic, String key, String value) {
        wire.put(topic, key, value);
    }

    SagaClient client() {
        return stack.client(0);
    }

    SagaClient otherClient() {
        return stack.client(1);
    }

    /** Waits until nothing is under way and every record was consumed, then checks the invariants of the databases. */
    void assertSound() {
        awaitRest();
        assertThat(invariants.violations()).isEmpty();
    }

    void awaitRest() {
        await("everything at rest")
                .atMost(HEALING)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(
                        () -> assertThat(invariants.moving(wire.reader())).isEmpty());
    }
}
