package dev.saga.lab.chaos;

import dev.saga.lab.probe.Invariants;
import dev.saga.lab.stack.Pause;
import java.time.Duration;

/** Prints a line every five seconds: time, counts, and the current fault. */
final class LiveLine implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(5);
    static final Duration POLL = Duration.ofMillis(200);

    private final Load load;
    private final Invariants invariants;
    private final long since = System.nanoTime();
    private volatile String now = "";
    private volatile int struck;
    private volatile boolean open = true;

    LiveLine(Load load, Invariants invariants) {
        this.load = load;
        this.invariants = invariants;
        Thread.ofPlatform().daemon().name("live-line").start(this::print);
    }

    void now(String what) {
        now = what;
    }

    void struck(int faults) {
        struck = faults;
    }

    private void print() {
        long next = System.nanoTime();
        while (open) {
            Pause.of(POLL);
            if (System.nanoTime() >= next) {
                next += EVERY.toNanos();
                System.out.printf(
                        "  %4d s  %6d accepted  %6s under way  %3d faults  %s%n",
                        Duration.ofNanos(System.nanoTime() - since).toSeconds(),
                        load.accepted().size(),
                        underWay(),
                        struck,
                        now);
            }
        }
    }

    private String underWay() {
        try {
            return String.valueOf(invariants.underWay());
        } catch (IllegalStateException databaseIsAway) {
            return "?";
        }
    }

    @Override
    public void close() {
        open = false;
    }
}
