package dev.saga.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.lab.stack.Invariants;
import dev.saga.lab.stack.Issuer;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.lab.stack.SagaClient;
import dev.saga.lab.stack.Service;
import dev.saga.local.Launch;
import dev.saga.testing.TestInfra;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The system under test: real processes on the build's broker and database. Each shape is started at its first use and
 * ended when a test wants another one, so that it takes no time from those that come after. Classes that share a shape
 * have the same {@code @Order}.
 */
public final class RunningSystem {
    /** Classes that start what they need, and have the machine to themselves. */
    public static final int ALONE = 1;

    public static final int ON_SOLO_ORDER = 2;
    public static final int ON_PAIRS = 3;
    public static final int AT_THE_DOOR = 4;
    public static final int AT_A_BANK = 5;
    static final int ON_HASTY = 6;

    /** Bytes; the services take 64 KiB. */
    static final int LARGEST_AT_THE_DOOR = 60_000;

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

    /** Starts a system unless it is up, and ends all others but for one that the same tests use. */
    private static synchronized RunningSystem up(String name, String beside, Supplier<Plan> plan) {
        for (String other : List.copyOf(UP.keySet())) {
            if (!List.of(name, beside).contains(other)) {
                UP.remove(other).stack.close();
            }
        }
        return UP.computeIfAbsent(name, missing -> new RunningSystem(name, plan.get()));
    }

    private static Plan plan(String name, int orders, int others, Map<String, String> settings) {
        Map<Service, Integer> instances = Map.of(
                Service.ORDER, orders,
                Service.INVENTORY, others,
                Service.PAYMENT, others);
        return new Plan(instances, false, prefix(name), settings, Jvm.SHORT_LIVED);
    }

    /** Two instances of every service. */
    public static RunningSystem pairs() {
        return up(
                "pairs",
                "",
                () -> plan("pairs", 2, 2, Map.of("saga.order.step-timeout", "8s", "saga.payment.lease", "8s")));
    }

    /** One instance of each, which charges at this address. */
    static RunningSystem bank(String url) {
        return up(
                "bank",
                "",
                () -> plan(
                        "bank",
                        1,
                        1,
                        Map.of(
                                "saga.payment.gateway-url", url,
                                "saga.payment.lease", "8s",
                                "saga.payment.longest-pause", "4s",
                                "saga.order.step-timeout", "15s")));
    }

    /** One instance of each, for which a second without progress is long. */
    static RunningSystem hasty() {
        return up(
                "hasty",
                "",
                () -> plan("hasty", 1, 1, Map.of("saga.order.step-timeout", "1s", "saga.payment.lease", "8s")));
    }

    /** One order-svc; the test plays the others. */
    static RunningSystem soloOrder() {
        return up("solo", "", () -> plan("solo", 1, 0, Map.of("saga.order.step-timeout", "1h")));
    }

    /** Two instances of order-svc and one of the others behind a gateway that takes less than they do; open. */
    public static RunningSystem door() {
        return up(
                "door",
                "secured",
                () -> plan("door", 2, 1, Map.of("saga.gateway.body", String.valueOf(LARGEST_AT_THE_DOOR)))
                        .behindGateway());
    }

    /** One instance of each behind a gateway, which ask every caller for a token of this issuer. */
    public static RunningSystem secured() {
        return up(
                "secured",
                "door",
                () -> plan("secured", 1, 1, Map.of()).behindGateway().securedBy(Issuer.start()));
    }

    /** Puts a record onto a topic as a stranger would. */
    public void put(String topic, String key, String value) {
        wire.put(topic, key, value);
    }

    SagaClient client() {
        return stack.client(0);
    }

    SagaClient otherClient() {
        return stack.client(1);
    }

    /** Waits until nothing is under way and all that was ever said has been heard, then judges the three databases. */
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
