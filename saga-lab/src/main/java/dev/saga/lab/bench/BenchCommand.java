package dev.saga.lab.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LabOptions;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.local.LocalInfra;
import dev.saga.local.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench}: measures load and its costs. */
@Command(
        name = "bench",
        description = "Measures sagas per second, latencies and costs, then checks the final state of every order.",
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
    @Mixin
    private final LabOptions labOptions = new LabOptions();

    @Spec
    @Nullable CommandSpec spec;

    @Option(
            names = "--concurrency",
            paramLabel = "C",
            defaultValue = "1000",
            description = "Closed loop: number of customers, each with one order at a time (default: 1000).")
    private int concurrency;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "Open loop: orders per second, independent of their results.")
    private int rate;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "20", description = "Seconds per run (default: 20).")
    private int seconds;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Measured runs (default: 3).")
    private int runs;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Minimum of sagas before the first run (default: 20000).")
    private int warmUp;

    @Option(names = "--products", paramLabel = "N", defaultValue = "1000", description = "Products (default: 1000).")
    private int products;

    @Option(names = "--lines", paramLabel = "N", defaultValue = "1", description = "Lines per order (default: 1).")
    private int lines;

    @Option(
            names = "--declines",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Orders whose card is declined (default: 0).")
    private int declines;

    @Option(
            names = "--cancels",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Orders that the user cancels (default: 0).")
    private int cancels;

    @Option(names = "--instances", paramLabel = "N", defaultValue = "1", description = "Per service (default: 1).")
    private int instances;

    @Option(
            names = "--sell-out",
            paramLabel = "UNITS",
            defaultValue = "0",
            description = "Sell UNITS of one product to R orders per second (--rate) for S seconds, N times.")
    private int sellOut;

    @Option(names = "--set", paramLabel = "K=V", description = "Set a Spring property in all services; repeatable.")
    private Map<String, String> settings = Map.of();

    @Option(names = "--url", paramLabel = "URL", description = "Measure this order-svc instead of starting a system.")
    private @Nullable String url;

    @Option(names = "--inventory-url", paramLabel = "URL", description = "With --url (default: same host, port 8082).")
    private @Nullable String inventoryUrl;

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "With --url (default: same host, port 9092).")
    private @Nullable String kafka;

    @Option(
            names = "--sweep",
            paramLabel = "FILE",
            description = "Draw latency over throughput, beyond saturation, as FILE.svg and FILE.png.")
    private @Nullable Path sweep;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to FILE.")
    private @Nullable Path json;

    /** The content of {@code --json}: the figures of the {@linkplain Result#median median} run, and all runs. */
    record Report(
            @JsonUnwrapped Result median,
            List<String> broken,
            Map<String, Double> fdatasyncMillis,
            List<Result> runs,
            List<Result> sweep) {
        @JsonProperty
        boolean invariantsHold() {
            return broken.isEmpty();
        }
    }

    @Override
    public Integer call() throws IOException {
        OrderMix mix = validate(() -> new OrderMix(products, lines, declines, cancels));
        String there = url;
        Target target = there == null ? startTarget() : validate(() -> Target.elsewhere(there, inventoryUrl, kafka));
        Map<String, Double> sync = Disk.syncMillis(labOptions.logs());
        try (var bench = new Bench(target, mix)) {
            bench.stock();
            if (sellOut > 0) {
                return sell(bench);
            }
            var offer = new Bench.Offer(rate, concurrency);
            bench.warmUp(warmUp, offer);
            List<Result> results = new ArrayList<>();
            for (int run = 1; run <= runs; run++) {
                results.add(bench.run("run " + run, offer, seconds));
                results.getLast().print("run " + run);
            }
            Result median = Result.median(results);
            List<Result> curve = sweep == null ? List.of() : bench.sweep(median.sagasPerSecond(), seconds);
            return report(new Report(median, bench.violations(), sync, results, curve));
        }
    }

    /** Warms up with orders that can be filled, then sells out. */
    private int sell(Bench bench) {
        int perSecond = rate == 0 ? 1000 : rate;
        bench.run("warming up", new Bench.Offer(perSecond, 0), 20);
        for (int run = 1; run <= runs; run++) {
            bench.sellOut(sellOut, perSecond * seconds, perSecond).print(run);
        }
        List<String> broken = bench.violations();
        broken.forEach(sentence -> System.out.println("  BROKEN " + sentence));
        return broken.isEmpty() ? 0 : 1;
    }

    private <T> T validate(Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), wrong.getMessage());
        }
    }

    private Target startTarget() {
        System.out.println("Starting, logs in " + labOptions.logs());
        labOptions.deleteData();
        LocalInfra infra = labOptions.startInfra();
        var plan =
                new Plan(Plan.each(instances), false, "", settings, Jvm.USUAL).onPostgreSql(labOptions.onPostgreSql());
        LocalStack stack = LocalStack.start(infra, plan, labOptions.logs(), LabOptions::printLine);
        LabOptions.atExit(stack::close);
        return Target.here(infra, stack);
    }

    private int report(Report report) throws IOException {
        report.median.print("median");
        System.out.printf(
                "  %-12s p50 %.2f ms  p99 %.2f ms%n",
                "fdatasync", report.fdatasyncMillis.get("p50"), report.fdatasyncMillis.get("p99"));
        report.broken.forEach(sentence -> System.out.println("  BROKEN " + sentence));
        System.out.println(report.broken.isEmpty() ? "  every promise was kept" : "");
        if (sweep != null) {
            Chart.draw(report.sweep, sweep);
        }
        if (json != null) {
            Secrets.write(json, JsonMapper.shared().writeValueAsString(report));
        }
        return report.broken.isEmpty() ? 0 : 1;
    }
}
