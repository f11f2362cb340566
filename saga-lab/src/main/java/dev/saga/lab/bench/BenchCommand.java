package dev.saga.lab.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.saga.lab.stack.Jvm;
import dev.saga.lab.stack.LabOptions;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Plan;
import dev.saga.lab.stack.Service;
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

/** {@code bench}: load, and what it costs. */
@Command(
        name = "bench",
        description = "Measures sagas a second, latencies and costs, and judges every order afterwards.",
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
            description = "Closed loop: customers, each with one order at a time (default: 1000).")
    private int concurrency;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "Open loop: orders a second, whatever becomes of them.")
    private int rate;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "20", description = "Length of a run (default: 20).")
    private int seconds;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Measured runs (default: 3).")
    private int runs;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Fewest sagas before the first run (default: 20000).")
    private int warmUp;

    @Option(names = "--products", paramLabel = "N", defaultValue = "1000", description = "Products (default: 1000).")
    private int products;

    @Option(names = "--lines", paramLabel = "N", defaultValue = "1", description = "Lines of an order (default: 1).")
    private int lines;

    @Option(
            names = "--declines",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Orders declined (default: 0).")
    private int declines;

    @Option(
            names = "--cancels",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Orders cancelled (default: 0).")
    private int cancels;

    @Option(names = "--instances", paramLabel = "N", defaultValue = "1", description = "Of each service (default: 1).")
    private int instances;

    @Option(names = "--set", paramLabel = "K=V", description = "A Spring property of all services; may be repeated.")
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
            description = "Latency over throughput, to past saturation, as FILE.svg and FILE.png.")
    private @Nullable Path sweep;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to FILE.")
    private @Nullable Path json;

    /** What {@code --json} writes: the figures of the {@linkplain Result#median median} run, and all runs. */
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
        OrderMix mix = checked(() -> new OrderMix(products, lines, declines, cancels));
        String there = url;
        Target target = there == null ? started() : checked(() -> Target.elsewhere(there, inventoryUrl, kafka));
        Map<String, Double> sync = Disk.syncMillis(labOptions.logs());
        try (var bench = new Bench(target, mix)) {
            bench.stock();
            var offer = new Bench.Offer(rate, concurrency);
            bench.warmUp(warmUp, offer);
            List<Result> results = new ArrayList<>();
            for (int run = 1; run <= runs; run++) {
                results.add(bench.run("run " + run, offer, seconds));
                results.getLast().print("run " + run);
            }
            Result median = Result.median(results);
            List<Result> curve = sweep == null ? List.of() : bench.sweep(median.sagasPerSecond(), seconds);
            return report(new Report(median, bench.judged(), sync, results, curve));
        }
    }

    private <T> T checked(Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), wrong.getMessage());
        }
    }

    private Target started() {
        System.out.println("Starting, logs in " + labOptions.logs());
        labOptions.deleteData();
        LocalInfra infra = labOptions.startInfra();
        var plan = new Plan(
                Map.of(Service.ORDER, instances, Service.INVENTORY, instances, Service.PAYMENT, instances),
                false,
                "",
                settings,
                Jvm.USUAL);
        LocalStack stack = LocalStack.start(infra, plan, labOptions.logs(), LabOptions::say);
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
