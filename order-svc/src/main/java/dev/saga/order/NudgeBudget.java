package dev.saga.order;

import java.util.function.LongSupplier;

/**
 * The nudges that this instance may publish: {@code perSecond} per second, and 25 seconds' worth at once. A nudge helps
 * if an event was lost. While a participant is down, its events are not lost: they wait in Kafka, and nudges would only
 * lengthen its backlog.
 */
final class NudgeBudget {
    private static final int SECONDS_AT_ONCE = 25;
    private static final double NANOS = 1e9;

    private final int perSecond;
    private final LongSupplier nanoTime;
    private double left;
    private long filledAt;

    /** @param perSecond nudges per second, 1 or more */
    NudgeBudget(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.left = most();
        this.filledAt = nanoTime.getAsLong();
    }

    private double most() {
        return (double) perSecond * SECONDS_AT_ONCE;
    }

    /** Returns true if one more nudge may be published now, and takes it from the budget. */
    synchronized boolean take() {
        long now = nanoTime.getAsLong();
        left = Math.min(most(), left + (now - filledAt) / NANOS * perSecond);
        filledAt = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
