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
import java.util.Map;

/** The system under test: real processes on the build's broker and database, started once for each shape. */
public final class RunningSystem {
    private static final Duration HEALING = Duration.ofSeconds(60);
    private static final Path LOGS = Launch.home().resolve("saga-lab/target/e2e-logs");

    private static RunningSystem pairs;
    private static RunningSystem soloOrder;
    private static RunningSystem door;
    private static RunningSystem secured;

    public final LocalStack stack;
    public final String prefix;
    final Wire wire;
    final Invariants invariants;

    private RunningSystem(String name, Map<Service, Integer> instances, Map<String, String> settings) {
        this(name, new Plan(instances, false, prefix(name), settings, Jvm.SHORT_LIVED));
    }

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

    /** Two instances of every service. */
    public static synchronized RunningSystem pairs() {
        if (pairs == null) {
            pairs = new RunningSystem(
                    "pairs",
                    Map.of(Service.ORDER, 2, Service.INVENTORY, 2, Service.PAYMENT, 2),
                    Map.of("saga.order.step-timeout", "8s", "saga.payment.lease", "8s"));
        }
        return pairs;
    }

    /** One order-svc; the test plays the others. */
    static synchronized RunningSystem soloOrder() {
        if (soloOrder == null) {
            soloOrder = new RunningSystem("solo", Map.of(Service.ORDER, 1), Map.of("saga.order.step-timeout", "1h"));
        }
        return soloOrder;
    }

    /** Two instances of order-svc and one of the others behind a gateway; open. */
    public static synchronized RunningSystem door() {
        if (door == null) {
            var instances = Map.of(Service.ORDER, 2, Service.INVENTORY, 1, Service.PAYMENT, 1);
            door = new RunningSystem(
                    "door", new Plan(instances, false, prefix("door"), Map.of(), Jvm.SHORT_LIVED).behindGateway());
        }
        return door;
    }

    /** One instance of each behind a gateway, which ask every caller for a token of this issuer. */
    public static synchronized RunningSystem secured() {
        if (secured == null) {
            var instances = Map.of(Service.ORDER, 1, Service.INVENTORY, 1, Service.PAYMENT, 1);
            secured = new RunningSystem(
                    "secured",
                    new Plan(instances, false, prefix("secured"), Map.of(), Jvm.SHORT_LIVED)
                            .behindGateway()
                            .securedBy(Issuer.start()));
        }
        return secured;
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

    /** Waits until nothing is under way, then judges the three databases. */
    void assertSound() {
        await("everything at rest")
                .atMost(HEALING)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(invariants.underWay()).isZero());
        assertThat(invariants.violations()).isEmpty();
    }
}
