package dev.saga.delivery;

/** A bounded intake has no room: the caller should come back a little later. Nothing was stored. */
public final class IntakeFull extends RuntimeException {
    IntakeFull(String name) {
        super("too many " + name + " are waiting", null, false, false);
    }
}
