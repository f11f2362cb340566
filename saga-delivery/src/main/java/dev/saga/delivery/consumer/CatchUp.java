package dev.saga.delivery.consumer;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Tells if this instance has handled what was in its topics when it started. Until then the database does not say all that
 * others have decided: an effect outside it that was interrupted by a crash waits, because its cancel may be among what is
 * not read yet.
 */
public final class CatchUp {
    /** A topic that cannot be read must not hold up work for ever. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final BooleanSupplier caughtUp;
    private final long since = System.nanoTime();

    /** @param caughtUp true once what was there at the start is handled */
    public CatchUp(BooleanSupplier caughtUp) {
        this.caughtUp = caughtUp;
    }

    /** Returns true once this instance has caught up, and in any case a minute after its start. */
    public boolean isDone() {
        return caughtUp.getAsBoolean() || System.nanoTime() - since > LONGEST.toNanos();
    }
}
