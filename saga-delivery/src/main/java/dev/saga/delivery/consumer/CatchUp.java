package dev.saga.delivery.consumer;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Reports if this instance has handled the records that were in its topics when it started. Before that, its database
 * may lack decisions of other services. An effect outside the database that a crash interrupted therefore waits,
 * because the cancel may be among the unread records.
 */
public final class CatchUp {
    /** The longest wait: a topic that cannot be read must not stop work permanently. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final BooleanSupplier caughtUp;
    private final long since = System.nanoTime();

    /** @param caughtUp returns true once the records that were present at the start are handled */
    public CatchUp(BooleanSupplier caughtUp) {
        this.caughtUp = caughtUp;
    }

    /** Returns true once this instance has caught up, at the latest one minute after its start. */
    public boolean isDone() {
        return caughtUp.getAsBoolean() || System.nanoTime() - since > LONGEST.toNanos();
    }
}
