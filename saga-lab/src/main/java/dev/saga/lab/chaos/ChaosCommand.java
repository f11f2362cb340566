package dev.saga.lab.chaos;

import dev.saga.lab.chaos.Strikes.Strike;
import dev.saga.lab.probe.Invariants;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LabOptions;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Pause;
import dev.saga.lab.stack.Plan;
import dev.saga.lab.stack.TcpProxy;
import dev.saga.local.LocalInfra;
import dev.saga.local.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code chaos}: injects faults under load and checks the result. */
@Command(
        name = "chaos",
        description = "Injects faults under load, waits for recovery, then checks the final state of every order.",
        mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
    private static final Duration HEALING = Duration.ofMinutes(5);

    @Mixin
    private final LabOptions labOptions = new LabOptions();

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "2", description = "Minutes of faults (default: 2).")
    private double minutes;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Seed of the faults (default: 1).")
    private long seed;

    @Option(
            names = "--faults",
            paramLabel = "LIST",
            split = ",",
            description = "Faults (default: all): ${COMPLETION-CANDIDATES}.")
    private List<Fault> faults = List.of(Fault.values());

    @Option(names = "--rate", paramLabel = "R", defaultValue = "40", description = "Orders per second (default: 40).")
    private int rate;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report to FILE.")
    private @Nullable Path json;

    private final List<String> struck = new ArrayList<>();

    /** The content of {@code --json}. */
    private record Report(
            long seed,
            double minutes,
            int submitted,
            int accepted,
            int givenUp,
            List<String> faults,
            long healingMillis,
            long longestSagaMillis,
            List<String> broken) {}

    @Override
    public Integer call() throws IOException {
        System.out.println("Starting, logs in " + labOptions.logs());
        labOptions.deleteData();
        LocalInfra infra = labOptions.startInfra();
        TcpProxy proxy = TcpProxy.start(infra.mariaDb());
        LocalStack stack = LocalStack.start(
                infra, plan(proxy).onPostgreSql(labOptions.onPostgreSql()), labOptions.logs(), LabOptions::printLine);
        LabOptions.atExit(stack::close);
        try (var wire = new ChaosWire(infra.kafka())) {
            Report report = run(new Scene(infra, proxy, stack, wire, new Operators(stack)));
            print(report);
            if (json != null) {
                Secrets.write(json, JsonMapper.shared().writeValueAsString(report));
            }
            return report.broken.isEmpty() ? 0 : 1;
        }
    }

    /** Returns a plan with short leases, so that recovery takes seconds instead of half a minute. */
    private static Plan plan(TcpProxy proxy) {
        return new Plan(
                Plan.each(2),
                false,
                "",
                Map.of(
                        "saga.database.address", proxy.address(),
                        "saga.order.step-timeout", "8s",
                        "saga.payment.lease", "10s"),
                Jvm.OFTEN_STARTED);
    }

    private Report run(Scene scene) {
        var invariants = new Invariants(scene.stack().databases());
        var load = new Load(scene.stack(), seed, rate);
        load.start();
        try (var line = new LiveLine(load, invariants)) {
            strikeUntilTimeIsOver(scene, line);
            line.now("no more orders");
            load.close();
            line.now("recovering");
            long healed = awaitRest(invariants, scene.wire());
            line.now("checking");
            return report(scene, load, healed);
        }
    }

    private void strikeUntilTimeIsOver(Scene scene, LiveLine line) {
        var strikes = new Strikes(seed, faults.isEmpty() ? Set.of() : EnumSet.copyOf(faults));
        long end = System.nanoTime() + (long) (minutes * Duration.ofMinutes(1).toNanos());
        while (System.nanoTime() < end) {
            Strike strike = strikes.next();
            line.now("at rest");
            Pause.of(strike.rest());
            line.now(strike.fault().name());
            strike.fault().strike(scene, strike.pick());
            struck.add(strike.fault().name());
            line.struck(struck.size());
        }
    }

    /** Waits until the system is at rest; returns the time in ms, or -1 if it is not at rest after five minutes. */
    private static long awaitRest(Invariants invariants, ChaosWire wire) {
        long since = System.nanoTime();
        while (System.nanoTime() - since < HEALING.toNanos()) {
            if (invariants.moving(wire.topics()).isEmpty()) {
                return Duration.ofNanos(System.nanoTime() - since).toMillis();
            }
            Pause.of(LiveLine.POLL);
        }
        return -1;
    }

    private Report report(Scene scene, Load load, long healed) {
        List<String> broken = new ArrayList<>();
        if (healed < 0) {
            broken.add("the system was not at rest " + HEALING.toMinutes() + " minutes after the load: "
                    + new Invariants(scene.stack().databases())
                            .moving(scene.wire().topics()));
        }
        broken.addAll(new Verdict(scene, load).broken());
        return new Report(
                seed,
                minutes,
                load.submitted(),
                load.accepted().size(),
                load.givenUp(),
                List.copyOf(struck),
                healed,
                Verdict.longestSagaMillis(scene.stack().databases()),
                broken);
    }

    private static void print(Report report) {
        System.out.printf(
                "%n  seed %d, %d faults: %s%n  %d of %d orders accepted, %d customers gave up%n"
                        + "  at rest %.1f s after the load, the longest saga took %.1f s%n",
                report.seed,
                report.faults.size(),
                String.join(" ", report.faults),
                report.accepted,
                report.submitted,
                report.givenUp,
                report.healingMillis / 1000.0,
                report.longestSagaMillis / 1000.0);
        report.broken.forEach(sentence -> System.out.println("  BROKEN " + sentence));
        System.out.println(report.broken.isEmpty() ? "  every promise was kept" : "");
    }
}
