package dev.saga.delivery.work;

/** There is no room for this now: the caller should come back a little later. Nothing was stored. */
public final class OverCapacity extends RuntimeException {
    /** @param what of which there are too many */
    public OverCapacity(String what) {
        super("too many " + what, null, false, false);
    }
}
