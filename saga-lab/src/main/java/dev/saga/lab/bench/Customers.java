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
 * Customers that submit orders until they are closed. In a closed loop, each customer waits for the end of its order
 * before the next one. In an open loop, orders are sent at a fixed rate, independent of earlier ones, and latency
 * counts from the time at which the order was due.
 */
final class Customers implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 1024;
    private static final int MOST_WAITING = 50_000;
    private static final int ID = 36;

    /** Several users, because one user may only have a share of the sagas under way. */
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

    /** Starts {@code concurrency} customers, each with one order at a time. */
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

    /**
     * Submits orders at a fixed rate. If 50,000 orders wait for a response, further ones are not sent and count as
     * failed.
     */
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

    /** One order, measured from the time at which it is due. */
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
         * @param answered runs when there is a response, or when there will be none
         * @param over runs when an accepted order has ended
         * @param refused runs after {@code answered} if the order is not accepted
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
                        awaitEnd(answer.location().substring(answer.location().length() - ID));
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

        private void awaitEnd(String id) {
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
        public void onEnd(boolean confirmed, long nanos) {
            tally.finished(confirmed, nanos - since);
            over.run();
        }

        @Override
        public boolean awaitsCancellation() {
            return cancelled;
        }
    }

    /** Stops submitting, and waits at most a minute for the open responses. */
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
