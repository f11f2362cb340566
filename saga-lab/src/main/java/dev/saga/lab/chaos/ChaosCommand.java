package dev.saga.lab.chaos;

import dev.saga.lab.chaos.Strikes.Strike;
import dev.saga.lab.stack.Invariants;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LabOptions;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Pause;
import dev.saga.lab.stack.Plan;
import dev.saga.lab.stack.Service;
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

/** {@code chaos}: load on a system that is being broken, and a verdict. */
@Command(
        name = "chaos",
        description = "Breaks the system under load, lets it heal, and judges what became of every order.",
        mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
    private static final Duration HEALING = Duration.ofMinutes(5);

    @Mixin
    private final LabOptions labOptions = new LabOptions();

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "2", description = "How long (default: 2).")
    private double minutes;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Draws the faults (default: 1).")
    private long seed;

    @Option(
            names = "--faults",
            paramLabel = "LIST",
            split = ",",
            description = "Which faults (default: all): ${COMPLETION-CANDIDATES}.")
    private List<Fault> faults = List.of(Fault.values());

    @Option(names = "--rate", paramLabel = "R", defaultValue = "40", description = "Orders a second (default: 40).")
    private int rate;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report to FILE.")
    private @Nullable Path json;

    private final List<String> struck = new ArrayList<>();

    /** What {@code --json} writes. */
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
        LocalStack stack = LocalStack.start(infra, plan(proxy), labOptions.logs(), LabOptions::say);
        LabOptions.atExit(stack::close);
        try (var wire = new ChaosWire(infra.kafka())) {
            Report report = run(new Scene(infra, proxy, stack, wire));
            print(report);
            if (json != null) {
                Secrets.write(json, JsonMapper.shared().writeValueAsString(report));
            }
            return report.broken.isEmpty() ? 0 : 1;
        }
    }

    /** Short leases: what is over after seconds here is over after half a minute elsewhere. */
    private static Plan plan(TcpProxy proxy) {
        return new Plan(
                Map.of(Service.ORDER, 2, Service.INVENTORY, 2, Service.PAYMENT, 2),
                false,
                "",
                Map.of(
                        "saga.database.address", proxy.address(),
                        "saga.delivery.lock-lease", "5s",
                        "saga.order.step-timeout", "8s",
                        "saga.payment.lease", "10s"),
                Jvm.SHORT_LIVED);
    }

    private Report run(Scene scene) {
        var invariants = new Invariants(scene.stack().databases());
        var load = new Load(scene.stack(), seed, rate);
        load.start();
        try (var line = new LiveLine(load, invariants)) {
            strikeUntilTimeIsOver(scene, line);
            line.now("no more orders");
            load.close();
            line.now("healing");
            long healed = heal(invariants, scene.wire());
            line.now("judging");
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

    /** Waits until nothing is under way; answers how long that took, or -1 where it is not so after five minutes. */
    private static long heal(Invariants invariants, ChaosWire wire) {
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
        broken.addAll(new Verdict(scene.stack().databases(), scene.wire(), load).broken());
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
                "%n  seed %d, %d faults: %s%n  %d orders accepted of %d wanted, %d customers gave up%n"
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
