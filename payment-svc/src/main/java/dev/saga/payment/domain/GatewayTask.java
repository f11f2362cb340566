package dev.saga.payment.domain;

/** The work to be done with the gateway, outside any transaction. */
public enum GatewayTask {
    NOTHING,
    /** Take the money. */
    CHARGE,
    /** Refund what was taken, or reverse what may have been taken. */
    REFUND
}
