package dev.saga.lab.bench;

import dev.saga.events.Participant;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** A sale of a few units to many customers: orders for one product come at a fixed rate, and most are in vain. */
final class SellOut {
    private static final int MOST_CONNECTIONS = 1024;
    private static final int USERS = 64;
    private static final int ID = 36;
    private static final Duration PUBLISHED = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final String PRODUCT = OrderMix.product(0);
    private static final String BODY = "{\"productId\":\"" + PRODUCT + "\",\"qty\":1}";

    private final Target target;
    private final Endings endings;
    private final LongAdder sagas = new LongAdder();
    private final LongAdder confirmed = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder overCapacity = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong lastAnswer = new AtomicLong();
    private final AtomicLong lastEnd = new AtomicLong();
    private final Recorder answers = new Recorder(3);

    private SellOut(Target target, Endings endings) {
        this.target = target;
        this.endings = endings;
    }

    /**
     * The figures of one sale. Times count from its first order; latencies from the time at which an order was due.
     *
     * @param sagas orders that were accepted
     * @param refused409 orders that the known stock could not cover
     * @param refused503 orders that found no room
     * @param failed orders without a response, or with another status
     * @param cpuSeconds CPU time until the last order was final, by process
     */
    record Sale(
            int orders,
            long sagas,
            long confirmed,
            long refused409,
            long refused503,
            long failed,
            double secondsToLastAnswer,
            double secondsToLastEnd,
            double answerP50Millis,
            double answerP99Millis,
            Map<String, Double> cpuSeconds) {
        void print(int run) {
            System.out.printf(
                    "%n  sale %-6d %,d orders: %,d sagas (%,d confirmed), %,d refused early, %,d over capacity, %,d failed%n",
                    run, orders, sagas, confirmed, refused409, refused503, failed);
            System.out.printf(
                    "  %-11s last answer after %.2f s, last end after %.2f s, answers p50 %.2f ms p99 %.1f ms%n",
                    "", secondsToLastAnswer, secondsToLastEnd, answerP50Millis, answerP99Millis);
            double total = cpuSeconds.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
            var text = new StringBuilder("  %-11s CPU %.2f s in total:".formatted("", total));
            cpuSeconds.forEach((process, spent) -> text.append(" %s %.2f".formatted(process, spent)));
            System.out.println(text);
        }
    }

    /** Puts {@code units} into stock, then submits {@code orders} of one unit each; returns when all are final. */
    static Sale run(Target target, Endings endings, int units, int orders, int perSecond) {
        new SagaClient(Map.of(Participant.INVENTORY, target.inventoryUrl())).stock(PRODUCT, 100, units);
        Pause.of(PUBLISHED);
        return new SellOut(target, endings).run(orders, perSecond);
    }

    private Sale run(int orders, int perSecond) {
        List<Posts> doors = new ArrayList<>();
        target.orderUrls().forEach(url -> doors.add(new Posts(url, MOST_CONNECTIONS)));
        Costs before = Costs.of(target);
        long begin = System.nanoTime();
        for (int number = 0; number < orders; number++) {
            long due = begin + number * TimeUnit.SECONDS.toNanos(1) / perSecond;
            for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
                LockSupport.parkNanos(rest);
            }
            submit(doors.get(number % doors.size()), number, due);
        }
        doors.forEach(Posts::close);
        long end = System.nanoTime() + REST.toNanos();
        while (ended.sum() < sagas.sum() && System.nanoTime() < end) {
            Pause.of(POLL);
        }
        return sale(orders, begin, Costs.of(target).since(before));
    }

    private void submit(Posts door, int number, long due) {
        door.post("/bench-" + number % USERS + "/orders", BODY, answer -> {
            long now = System.nanoTime();
            answers.recordValue((now - due) / 1000);
            lastAnswer.accumulateAndGet(now, Math::max);
            switch (answer.status()) {
                case 201 -> {
                    sagas.increment();
                    awaitEnd(answer.location().substring(answer.location().length() - ID));
                }
                case 409 -> refused.increment();
                case 503 -> overCapacity.increment();
                default -> failed.increment();
            }
        });
    }

    private void awaitEnd(String id) {
        endings.await(id, new Endings.Waiting() {
            @Override
            public void onEnd(boolean isConfirmed, long nanos) {
                lastEnd.accumulateAndGet(nanos, Math::max);
                if (isConfirmed) {
                    confirmed.increment();
                }
                ended.increment();
            }

            @Override
            public boolean awaitsCancellation() {
                return false;
            }
        });
    }

    private Sale sale(int orders, long begin, Costs costs) {
        Histogram micros = answers.getIntervalHistogram();
        return new Sale(
                orders,
                sagas.sum(),
                confirmed.sum(),
                refused.sum(),
                overCapacity.sum(),
                failed.sum(),
                (lastAnswer.get() - begin) / 1e9,
                (lastEnd.get() - begin) / 1e9,
                micros.getValueAtPercentile(50) / 1000.0,
                micros.getValueAtPercentile(99) / 1000.0,
                costs.cpuSeconds());
    }
}
