package dev.saga.payment.domain;

/** What the gateway said to a charge. */
public sealed interface ChargeOutcome {

    /** The money was taken. The same charge again has the same {@code paymentId}. */
    record Approved(String paymentId) implements ChargeOutcome {}

    /**
     * The gateway refuses to take the money.
     *
     * @param inDoubt whether an earlier attempt, whose answer was lost, may have taken it all the same
     */
    record Declined(String detail, boolean inDoubt) implements ChargeOutcome {}

    /**
     * No answer.
     *
     * @param inDoubt whether the money may have been taken all the same
     */
    record Unavailable(String detail, boolean inDoubt) implements ChargeOutcome {}
}
