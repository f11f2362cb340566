package dev.saga.delivery.wire;

import org.jspecify.annotations.Nullable;

/** Signals that a record is not an event of the contract. The message gives the reason, for a person. */
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

    /**
     * Creates the violation of a record that is not a JSON object. No later version of a service can read it either.
     */
    static ContractViolation garbage(String message) {
        return new ContractViolation(message, null, true);
    }

    /** Returns a copy with the record's subject; null if the subject could not be read. */
    ContractViolation withSubject(@Nullable String readSubject) {
        return new ContractViolation(String.valueOf(getMessage()), readSubject, garbage);
    }

    /** Returns the record's subject; null if it could not be read. */
    public @Nullable String subject() {
        return subject;
    }

    public boolean isGarbage() {
        return garbage;
    }
}
