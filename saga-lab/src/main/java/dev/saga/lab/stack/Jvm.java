package dev.saga.lab.stack;

/** The start-up mode of a service's JVM. */
public enum Jvm {
    /** Both compilers: slow at first, fast after a minute under load. */
    USUAL,

    /** Without the second compiler: starts in half the time, but never becomes fast. */
    SHORT_LIVED,

    /** With a cache of classes loaded ahead of time, which is created if it is missing. */
    AHEAD_OF_TIME,

    /** With that cache and without the second compiler: starts in a quarter of the time, for runs that start many. */
    OFTEN_STARTED;

    boolean usesCache() {
        return this == AHEAD_OF_TIME || this == OFTEN_STARTED;
    }
}
