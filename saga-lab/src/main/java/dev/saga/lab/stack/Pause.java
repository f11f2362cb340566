package dev.saga.lab.stack;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A pause of the lab's own threads. */
public final class Pause {
    private Pause() {}

    /** Sleeps; returns at once, and leaves the thread interrupted, where it is told to stop. */
    public static void of(Duration length) {
        try {
            TimeUnit.MILLISECONDS.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
