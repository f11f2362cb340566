package dev.saga.lab.bench;

import dev.saga.lab.stack.Invariants;
import dev.saga.lab.stack.LocalStack;
import dev.saga.lab.stack.Pause;
import dev.saga.lab.stack.SagaClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Loads a system and measures it. Every run begins and ends with a system at rest. */
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

    /** Offers what is wanted in the runs that follow: orders a second, or, at 0, a closed loop of customers. */
    record Offer(int perSecond, int customers) {
        void to(Customers load) {
            if (perSecond > 0) {
                load.openLoop(perSecond);
            } else {
                load.closedLoop(customers);
            }
        }
    }

    /** Puts every product into stock, more than can be wanted. */
    void stock() {
        var client = new SagaClient(target.orderUrls().getFirst(), target.inventoryUrl(), "");
        IntStream.range(0, mix.products())
                .parallel()
                .forEach(product -> client.stock(OrderMix.product(product), 100, STOCK));
    }

    /**
     * Runs a closed loop of many customers until at least so many sagas are over and the rate of two windows differs by
     * 5 % at most; then, for 20 s, what the runs will offer: the load's own compiler takes the processor from a system
     * that is offered little, which needs other code than large batches do.
     */
    void warmUp(int sagas, Offer offer) {
        try (var load = new Customers(target, mix, tally, endings)) {
            load.closedLoop(Math.max(CROWD, offer.customers));
            double before = 0;
            for (int window = 0; window < MOST_WINDOWS; window++) {
                double rate = watched("warming up", WINDOW);
                if (tally.finals() >= sagas && Math.abs(rate - before) <= STEADY * rate) {
                    break;
                }
                before = rate;
            }
        }
        rest();
        try (var load = new Customers(target, mix, tally, endings)) {
            offer.to(load);
            watched("warming up, as measured", REHEARSAL);
        }
        rest();
    }

    /** One run. */
    Result run(String name, Offer offer, int seconds) {
        try (var load = new Customers(target, mix, tally, endings)) {
            offer.to(load);
            watched(name + ", settling", SETTLING);
            Tally.Stretch before = tally.take();
            Costs spent = Costs.of(target);
            long since = System.nanoTime();
            watched(name, Duration.ofSeconds(seconds));
            double took = (System.nanoTime() - since) / 1e9;
            Tally.Stretch stretch = Tally.between(before, tally.take());
            return Result.of(offer.perSecond, took, stretch, Costs.of(target).since(spent));
        } finally {
            rest();
        }
    }

    /** Runs of an open loop from a twentieth of {@code rate} to one and a half of it. */
    List<Result> sweep(double rate, int seconds) {
        List<Result> curve = new ArrayList<>();
        for (double part : SWEEP) {
            int offered = Math.max(1, (int) Math.round(rate * part));
            curve.add(run("sweep at %,d/s".formatted(offered), new Offer(offered, 0), seconds));
        }
        return curve;
    }

    /** What is broken, a sentence each, once nothing is under way. */
    List<String> judged() {
        List<String> broken = new ArrayList<>();
        if (tally.underWay() != 0) {
            broken.add("accepted orders whose end was not seen: " + tally.underWay());
        }
        LocalStack stack = target.stack();
        if (stack != null) {
            var invariants = new Invariants(stack.databases());
            if (!within(REST, () -> invariants.underWay() == 0)) {
                broken.add("the system did not come to rest");
            }
            broken.addAll(invariants.violations());
        }
        return broken;
    }

    /** Prints a line every two seconds; answers the rate at which orders became final. */
    private double watched(String name, Duration length) {
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
        within(REST, () -> tally.underWay() == 0);
    }

    private static boolean within(Duration atMost, java.util.function.BooleanSupplier condition) {
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
