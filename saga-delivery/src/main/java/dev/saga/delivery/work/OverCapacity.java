package dev.saga.delivery.work;

/** Signals that there is no capacity for a request now. Nothing was stored; the caller should retry a little later. */
public final class OverCapacity extends RuntimeException {
    /** @param what the things of which there are too many, in plural */
    public OverCapacity(String what) {
        super("too many " + what, null, false, false);
    }
}
