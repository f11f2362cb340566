package dev.saga.lab.stack;

/** How the JVM of a service gets going. */
public enum Jvm {
    /** Slow at first, fast after a minute under load. */
    USUAL,

    /** Without the second compiler: starts in half the time, and never becomes fast. */
    SHORT_LIVED,

    /** From a cache of classes loaded ahead of time, which is made where it is missing. */
    AHEAD_OF_TIME
}
