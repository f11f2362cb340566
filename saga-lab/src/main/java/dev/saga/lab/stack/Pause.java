package dev.saga.lab.stack;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A pause of the lab's own threads. */
public final class Pause {
    private Pause() {}

    /** Sleeps. If the thread is interrupted, returns at once and keeps it interrupted. */
    public static void of(Duration length) {
        try {
            TimeUnit.MILLISECONDS.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
