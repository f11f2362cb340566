package dev.saga.lab.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Customers who submit orders until they are closed: in a closed loop each waits for its order's end before it wants the
 * next; in an open loop orders come at a rate, whatever becomes of those before, and a latency counts from the moment at
 * which the order was due.
 */
final class Customers implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 1024;
    private static final int MOST_WAITING = 50_000;
    private static final int ID = 36;

    /** One user alone may have a part of the sagas under way only. */
    private static final int USERS = 64;

    private static final Executor AFTER_REFUSAL = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final List<Posts> doors;
    private final OrderMix mix;
    private final Tally tally;
    private final Endings endings;
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean running = true;
    private @Nullable Thread pacer;

    Customers(Target target, OrderMix mix, Tally tally, Endings endings) {
        this.doors = target.orderUrls().stream()
                .map(url -> new Posts(url, MOST_CONNECTIONS))
                .toList();
        this.mix = mix;
        this.tally = tally;
        this.endings = endings;
    }

    /** {@code concurrency} customers, each with one order at a time. */
    void closedLoop(int concurrency) {
        for (int customer = 0; customer < concurrency; customer++) {
            orderAgain();
        }
    }

    private void orderAgain() {
        if (running) {
            new Order(System.nanoTime(), () -> {}, this::orderAgain, () -> AFTER_REFUSAL.execute(this::orderAgain))
                    .submit();
        }
    }

    /** Orders at a rate; those that find 50,000 others without an answer are not sent and count as failed. */
    void openLoop(int perSecond) {
        pacer = Thread.ofPlatform().name("pacer").start(() -> {
            var room = new Semaphore(MOST_WAITING);
            long begin = System.nanoTime();
            for (long number = 0; running; number++) {
                long due = begin + number * TimeUnit.SECONDS.toNanos(1) / perSecond;
                LockSupport.parkNanos(due - System.nanoTime());
                if (room.tryAcquire()) {
                    new Order(due, room::release, () -> {}, () -> {}).submit();
                } else {
                    tally.failed.increment();
                }
            }
        });
    }

    /** One order, from the moment at which it is due. */
    private final class Order implements Endings.Waiting {
        private final int number = next.getAndIncrement();
        private final Posts door = doors.get(Math.floorMod(number, doors.size()));
        private final String orders = "/bench-" + Math.floorMod(number, USERS) + "/orders";
        private final long since;
        private final Runnable answered;
        private final Runnable over;
        private final Runnable refused;
        private boolean cancelled;

        /**
         * @param answered runs when there is an answer, or certainly none
         * @param over runs when an accepted order has ended
         * @param refused runs, after {@code answered}, where the order is not accepted
         */
        Order(long since, Runnable answered, Runnable over, Runnable refused) {
            this.since = since;
            this.answered = answered;
            this.over = over;
            this.refused = refused;
        }

        void submit() {
            door.post(orders, mix.body(), answer -> {
                long took = System.nanoTime() - since;
                answered.run();
                switch (answer.status()) {
                    case 201 -> {
                        tally.accepted(took);
                        accepted(answer.location().substring(answer.location().length() - ID));
                    }
                    case 503 -> {
                        tally.refused(took);
                        refused.run();
                    }
                    default -> {
                        tally.failed.increment();
                        refused.run();
                    }
                }
            });
        }

        private void accepted(String id) {
            if (mix.isCancelled()) {
                door.post(orders + "/" + id + "/cancel", "", answer -> {
                    cancelled = answer.status() == 202;
                    endings.await(id, this);
                });
            } else {
                endings.await(id, this);
            }
        }

        @Override
        public void ended(boolean confirmed, long nanos) {
            tally.finished(confirmed, nanos - since);
            over.run();
        }

        @Override
        public boolean wantsCancelled() {
            return cancelled;
        }
    }

    /** Wants no more orders, and waits for the answers that are under way, a minute at most. */
    @Override
    public void close() {
        running = false;
        try {
            if (pacer != null) {
                pacer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        doors.forEach(Posts::close);
    }
}
