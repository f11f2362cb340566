package dev.saga.delivery.work;

/** Signals that there is no capacity for a request now. Nothing was stored; the caller should retry a little later. */
public final class OverCapacity extends RuntimeException {
    /** @param what plural noun for the things of which there are too many */
    public OverCapacity(String what) {
        super("too many " + what, null, false, false);
    }
}
