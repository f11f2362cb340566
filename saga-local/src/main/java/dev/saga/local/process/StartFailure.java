package dev.saga.local.process;

/** A part did not start. The message is readable: the reason, and the last lines of the part's log if there are any. */
public final class StartFailure extends RuntimeException {
    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
