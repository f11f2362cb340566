package dev.saga.delivery.guard;

/** A setting with which the service would lose events or publish them in a wrong order. It stops the start. */
public final class UnsafeSetting extends RuntimeException {
    private final String action;

    UnsafeSetting(String message, String action) {
        super(message);
        this.action = action;
    }

    /** Returns what to do about it. */
    public String action() {
        return action;
    }
}
