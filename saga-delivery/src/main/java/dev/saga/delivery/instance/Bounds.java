package dev.saga.delivery.instance;

/** Checks settings at the start, where a wrong one can still be told from a bug. */
public final class Bounds {
    private Bounds() {}

    /** @throws IllegalArgumentException with a sentence that names the property, unless the value is within both bounds */
    public static void check(String property, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(property + " must be " + least + " to " + most + " but is " + value);
        }
    }
}
