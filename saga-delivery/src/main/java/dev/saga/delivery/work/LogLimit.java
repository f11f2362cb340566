package dev.saga.delivery.work;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Limits the log lines of one kind of failure to one per second, because a topic that refuses everything would cause
 * thousands. Each line contains the number of lines that were left out before it.
 */
public final class LogLimit {
    /**
     * The common limit for all retried failures: while a database or Kafka is unavailable, everything fails for the
     * same reason.
     */
    public static final LogLimit FAILURES = new LogLimit();

    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private final AtomicLong leftOut = new AtomicLong();

    /**
     * Writes the line, or counts it as left out.
     *
     * @param line writes the line; its argument is the number of lines left out since the last one
     */
    public void log(LongConsumer line) {
        long now = System.nanoTime();
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + PAUSE_NANOS)) {
            line.accept(leftOut.getAndSet(0));
        } else {
            leftOut.incrementAndGet();
        }
    }
}
