package dev.saga.payment.domain;

/** The outcome of a charge. */
public sealed interface ChargeOutcome {

    /** The money was taken. A repeated charge has the same {@code paymentId}. */
    record Approved(String paymentId) implements ChargeOutcome {}

    /**
     * The gateway refuses to take the money.
     *
     * @param inDoubt true if an earlier attempt, whose response was lost, may have taken it
     */
    record Declined(String detail, boolean inDoubt) implements ChargeOutcome {}

    /**
     * The gateway failed or did not respond.
     *
     * @param inDoubt true if the money may have been taken
     */
    record Unavailable(String detail, boolean inDoubt) implements ChargeOutcome {}
}
