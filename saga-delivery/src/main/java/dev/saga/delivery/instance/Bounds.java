package dev.saga.delivery.instance;

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
}
