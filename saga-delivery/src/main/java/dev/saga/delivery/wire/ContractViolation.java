package dev.saga.delivery.wire;

import org.jspecify.annotations.Nullable;

/** A record is not an event of the contract; the message says why, for a person. */
public final class ContractViolation extends RuntimeException {
    private final @Nullable String subject;
    private final boolean garbage;

    public ContractViolation(String message) {
        this(message, null, false);
    }

    private ContractViolation(String message, @Nullable String subject, boolean garbage) {
        super(message);
        this.subject = subject;
        this.garbage = garbage;
    }

    /** The violation of a record that is not a JSON object: no later version of a service can read it either. */
    static ContractViolation garbage(String message) {
        return new ContractViolation(message, null, true);
    }

    /** The same violation, of a record whose subject could be read. */
    ContractViolation of(@Nullable String readSubject) {
        return new ContractViolation(String.valueOf(getMessage()), readSubject, garbage);
    }

    /** The record's subject; null if it could not be read. */
    public @Nullable String subject() {
        return subject;
    }

    public boolean isGarbage() {
        return garbage;
    }
}
