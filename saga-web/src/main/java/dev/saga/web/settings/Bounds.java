package dev.saga.web.settings;

import java.time.Duration;

/** Checks the bounds of settings at startup, so that a wrong value stops the service with a clear message. */
public final class Bounds {
    private Bounds() {}

    /**
     * Checks one setting.
     *
     * @throws IllegalArgumentException if the value is outside the bounds; the message names the property
     */
    public static void check(String property, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(property + " must be " + least + " to " + most + " but is " + value);
        }
    }

    /**
     * Checks one setting, as {@link #check(String, long, long, long)}.
     *
     * @throws IllegalArgumentException if the value is outside the bounds; the message names the property
     */
    public static void check(String property, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(property + " must be " + least + " to " + most + " but is " + value);
        }
    }
}
