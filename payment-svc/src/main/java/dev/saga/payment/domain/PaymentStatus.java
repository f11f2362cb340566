package dev.saga.payment.domain;

/** The state of a payment. */
public enum PaymentStatus {
    /** The gateway is to be called, or is being called. */
    AUTHORIZING,
    /** The money was taken. */
    COMPLETED,
    /** The gateway declined, or did not respond. */
    FAILED,
    /** Cancelled with no money taken; none will be. */
    VOIDED,
    /** The money was refunded. */
    REFUNDED
}
