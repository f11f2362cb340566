package dev.saga.delivery;

import org.jspecify.annotations.Nullable;

/** A record is not an event of the contract; the message says why, for a person. */
final class ContractViolation extends RuntimeException {
    private final @Nullable String subject;

    ContractViolation(String message) {
        this(message, null);
    }

    private ContractViolation(String message, @Nullable String subject) {
        super(message);
        this.subject = subject;
    }

    /** The same violation, of a record whose subject could be read. */
    ContractViolation of(@Nullable String readSubject) {
        return new ContractViolation(String.valueOf(getMessage()), readSubject);
    }

    /** The record's subject; null if it could not be read. */
    @Nullable String subject() {
        return subject;
    }
}
