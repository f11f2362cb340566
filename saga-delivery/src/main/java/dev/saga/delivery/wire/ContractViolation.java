package dev.saga.delivery.wire;

import org.jspecify.annotations.Nullable;

/** Signals that a record is not an event of the contract. The message gives the reason, for a person. */
public final class ContractViolation extends RuntimeException {
    private final @Nullable String subject;
    private final Kind kind;

    /** The kind of the violation, for meters. */
    public enum Kind {
        /** It is not a JSON object. */
        UNREADABLE,
        /** Its event type is not known, for instance because a newer service published it. */
        UNKNOWN_TYPE,
        /** It breaks another rule of the contract. */
        CONTRACT
    }

    public ContractViolation(String message) {
        this(message, null, Kind.CONTRACT);
    }

    private ContractViolation(String message, @Nullable String subject, Kind kind) {
        super(message);
        this.subject = subject;
        this.kind = kind;
    }

    /**
     * Creates the violation of a record that is not a JSON object. No later version of a service can read it either.
     */
    static ContractViolation garbage(String message) {
        return new ContractViolation(message, null, Kind.UNREADABLE);
    }

    static ContractViolation unknownType(String type) {
        return new ContractViolation("unknown type " + type, null, Kind.UNKNOWN_TYPE);
    }

    /** Returns a copy with the record's subject; null if the subject could not be read. */
    ContractViolation withSubject(@Nullable String readSubject) {
        return new ContractViolation(String.valueOf(getMessage()), readSubject, kind);
    }

    /** Returns the record's subject; null if it could not be read. */
    public @Nullable String subject() {
        return subject;
    }

    public boolean isGarbage() {
        return kind == Kind.UNREADABLE;
    }

    public Kind kind() {
        return kind;
    }
}
