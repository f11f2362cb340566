package dev.saga.payment.domain;

/** Where a payment stands. */
public enum PaymentStatus {
    /** The gateway is to be asked, or is being asked. */
    AUTHORIZING,
    /** The money was taken. */
    COMPLETED,
    /** The gateway declined, or did not answer. */
    FAILED,
    /** Cancelled before money was taken: none ever will be. */
    VOIDED,
    /** The money went back. */
    REFUNDED
}
