package dev.saga.lab.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * One measured run. Latencies are in ms, from the time at which an order was due.
 *
 * @param offeredPerSecond the rate of the open loop; 0 in a closed loop
 * @param sagasPerSecond orders that became final, per second
 * @param refusedMillis latency of a 503, by percentile
 * @param cpuSecondsPerThousand CPU time of all processes on this machine per 1,000 final orders; 0 if the system runs
 *     elsewhere
 * @param rejected503 submissions that got 503
 * @param failed submissions without a response, or with a status other than 201 and 503
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Result(
        int offeredPerSecond,
        double seconds,
        double sagasPerSecond,
        double postP50Millis,
        double sagaP50Millis,
        double sagaP95Millis,
        double sagaP99Millis,
        Map<String, Double> postMillis,
        Map<String, Double> sagaMillis,
        Map<String, Double> refusedMillis,
        double cpuSecondsPerThousand,
        Map<String, Double> cpuByProcess,
        double statementsPerSaga,
        double commitsPerSaga,
        Map<String, Double> recordsPerBatch,
        Map<String, Long> rssMiB,
        long accepted,
        long confirmed,
        long cancelled,
        long rejected503,
        long failed) {

    private static final double[] PERCENTILES = {50, 95, 99, 99.9, 100};

    static Result of(int offered, double seconds, Tally.Stretch stretch, Costs costs) {
        double sagas = Math.max(1, stretch.finals());
        Map<String, Double> cpu = new LinkedHashMap<>();
        costs.cpuSeconds().forEach((process, spent) -> cpu.put(process, round(spent * 1000 / sagas)));
        Map<String, Double> batches = new LinkedHashMap<>();
        costs.batches().keySet().forEach(service -> {
            Double mean = costs.meanBatch(service);
            batches.put(service, mean == null ? 0.0 : round(mean));
        });
        return new Result(
                offered,
                seconds,
                round(stretch.finals() / seconds),
                millis(stretch.posts(), 50),
                millis(stretch.sagas(), 50),
                millis(stretch.sagas(), 95),
                millis(stretch.sagas(), 99),
                percentiles(stretch.posts()),
                percentiles(stretch.sagas()),
                stretch.refused() == 0 ? Map.of() : percentiles(stretch.refusals()),
                round(costs.cpuSeconds().values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum()
                        * 1000
                        / sagas),
                cpu,
                round(costs.statements() / sagas),
                round(costs.commits() / sagas),
                batches,
                costs.rssMiB(),
                stretch.accepted(),
                stretch.confirmed(),
                stretch.cancelled(),
                stretch.refused(),
                stretch.failed());
    }

    /**
     * Returns the median run: by rate in a closed loop; by the median saga latency in an open loop, whose rate is
     * fixed.
     */
    static Result median(List<Result> runs) {
        return runs.stream()
                .sorted(Comparator.comparingDouble(
                        run -> run.offeredPerSecond == 0 ? run.sagasPerSecond : run.sagaP50Millis))
                .toList()
                .get(runs.size() / 2);
    }

    private static Map<String, Double> percentiles(Histogram micros) {
        Map<String, Double> millis = new LinkedHashMap<>();
        for (double percentile : PERCENTILES) {
            millis.put(name(percentile), millis(micros, percentile));
        }
        return millis;
    }

    private static String name(double percentile) {
        return percentile == 100 ? "max" : "p" + (percentile == 99.9 ? "99.9" : String.valueOf((int) percentile));
    }

    private static double millis(Histogram micros, double percentile) {
        return round(micros.getValueAtPercentile(percentile) / 1000.0);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** Prints the figures of the run, aligned. */
    void print(String name) {
        System.out.printf(
                "%n  %-12s %,8.0f sagas/s   %,d accepted, %,d confirmed, %,d cancelled, %,d refused, %,d failed%n",
                name, sagasPerSecond, accepted, confirmed, cancelled, rejected503, failed);
        line("POST ms", postMillis);
        line("saga ms", sagaMillis);
        line("refused ms", refusedMillis);
        line("CPU s/1000", cpuByProcess);
        line("RSS MiB", rssMiB);
        line("batch", recordsPerBatch);
        if (cpuSecondsPerThousand > 0) {
            System.out.printf(
                    "  %-12s %.2f CPU s/1000 in total, %.2f statements and %.3f commits per saga%n",
                    "", cpuSecondsPerThousand, statementsPerSaga, commitsPerSaga);
        }
    }

    private static void line(String name, Map<String, ? extends Number> values) {
        if (!values.isEmpty()) {
            var text = new StringBuilder("  %-12s".formatted(name));
            values.forEach((label, value) -> text.append(" %s %s  ".formatted(label, format(value.doubleValue()))));
            System.out.println(text.toString().stripTrailing());
        }
    }

    private static String format(double value) {
        return value >= 100
                ? "%,.0f".formatted(value)
                : value >= 10 ? "%.1f".formatted(value) : "%.2f".formatted(value);
    }
}
