package dev.saga.lab.bench;

import dev.saga.events.Participant;
import dev.saga.lab.probe.Invariants;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Loads a system and measures it. After every run it waits, at most 2 minutes, until no accepted order is open. */
final class Bench implements AutoCloseable {
    private static final long STOCK = 1_000_000_000_000L;
    private static final Duration SETTLING = Duration.ofSeconds(3);
    private static final Duration WINDOW = Duration.ofSeconds(4);
    private static final Duration TICK = Duration.ofSeconds(2);
    private static final int MOST_WINDOWS = 60;
    private static final int CROWD = 1000;
    private static final Duration REHEARSAL = Duration.ofSeconds(20);
    private static final double STEADY = 0.05;
    private static final Duration REST = Duration.ofMinutes(2);
    private static final double[] SWEEP = {0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5};

    private final Target target;
    private final OrderMix mix;
    private final Tally tally = new Tally();
    private final Endings endings;

    Bench(Target target, OrderMix mix) {
        this.target = target;
        this.mix = mix;
        this.endings = new Endings(target.kafka(), target.ends());
    }

    /** The load of the measured runs: orders per second, or a closed loop of customers if {@code perSecond} is 0. */
    record Offer(int perSecond, int customers) {
        void to(Customers load) {
            if (perSecond > 0) {
                load.openLoop(perSecond);
            } else {
                load.closedLoop(customers);
            }
        }
    }

    /** Puts every product into stock, more than the orders can use. */
    void stock() {
        var client = new SagaClient(
                Map.of(Participant.ORDER, target.orderUrls().getFirst(), Participant.INVENTORY, target.inventoryUrl()));
        IntStream.range(0, mix.products())
                .parallel()
                .forEach(product -> client.stock(OrderMix.product(product), 100, STOCK));
    }

    /**
     * Warms the system up in two steps. First runs a closed loop of many customers until at least {@code sagas} sagas
     * are final and the rates of two windows differ by at most 5 %, or until 60 windows of 4 s are over. Then runs the
     * load of the measured runs for 20 s: the compiler of the load's own JVM takes processor time from the system, and
     * a small load needs other code than large batches.
     */
    void warmUp(int sagas, Offer offer) {
        try (var load = new Customers(target, mix, tally, endings)) {
            load.closedLoop(Math.max(CROWD, offer.customers));
            double before = 0;
            for (int window = 0; window < MOST_WINDOWS; window++) {
                double rate = watch("warming up", WINDOW);
                if (tally.finals() >= sagas && Math.abs(rate - before) <= STEADY * rate) {
                    break;
                }
                before = rate;
            }
        }
        rest();
        try (var load = new Customers(target, mix, tally, endings)) {
            offer.to(load);
            watch("warming up, as measured", REHEARSAL);
        }
        rest();
    }

    /** Runs the load once and measures it. */
    Result run(String name, Offer offer, int seconds) {
        try (var load = new Customers(target, mix, tally, endings)) {
            offer.to(load);
            watch(name + ", settling", SETTLING);
            Tally.Stretch before = tally.take();
            Costs spent = Costs.of(target);
            long since = System.nanoTime();
            watch(name, Duration.ofSeconds(seconds));
            double took = (System.nanoTime() - since) / 1e9;
            Tally.Stretch stretch = Tally.between(before, tally.take());
            return Result.of(offer.perSecond, took, stretch, Costs.of(target).since(spent));
        } finally {
            rest();
        }
    }

    /** Sells {@code units} to {@code orders} customers that come at a fixed rate. */
    SellOut.Sale sellOut(int units, int orders, int perSecond) {
        return SellOut.run(target, endings, units, orders, perSecond);
    }

    /** Runs open loops from 5 % to 150 % of {@code rate}. */
    List<Result> sweep(double rate, int seconds) {
        List<Result> curve = new ArrayList<>();
        for (double part : SWEEP) {
            int offered = Math.max(1, (int) Math.round(rate * part));
            curve.add(run("sweep at %,d/s".formatted(offered), new Offer(offered, 0), seconds));
        }
        return curve;
    }

    /** Waits at most 2 minutes until nothing is under way; returns one sentence per broken promise. */
    List<String> violations() {
        List<String> broken = new ArrayList<>();
        if (tally.underWay() != 0) {
            broken.add("accepted orders without a final event: " + tally.underWay());
        }
        LocalStack stack = target.stack();
        if (stack != null) {
            var invariants = new Invariants(stack.databases());
            if (!await(REST, () -> invariants.underWay() == 0)) {
                broken.add("the system did not come to rest");
            }
            broken.addAll(invariants.violations());
        }
        return broken;
    }

    /** Prints a line every two seconds; returns the rate at which orders became final. */
    private double watch(String name, Duration length) {
        long since = System.nanoTime();
        long first = tally.finals();
        long seen = first;
        long ticked = since;
        while (System.nanoTime() - since < length.toNanos()) {
            Pause.of(TICK);
            long now = System.nanoTime();
            long finals = tally.finals();
            System.out.printf(
                    "  %-24s %,7.0f sagas/s  %,7d under way  %,8d refused%n",
                    name, (finals - seen) * 1e9 / (now - ticked), tally.underWay(), tally.refused.sum());
            seen = finals;
            ticked = now;
        }
        return (seen - first) * 1e9 / (ticked - since);
    }

    private void rest() {
        await(REST, () -> tally.underWay() == 0);
    }

    private static boolean await(Duration atMost, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Pause.of(Duration.ofMillis(100));
        }
        return true;
    }

    @Override
    public void close() {
        endings.close();
    }
}
