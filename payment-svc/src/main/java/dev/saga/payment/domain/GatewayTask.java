package dev.saga.payment.domain;

/** What is to be done with the gateway, outside any transaction. */
public enum GatewayTask {
    NOTHING,
    /** Take the money. */
    CHARGE,
    /** Give back what was taken, or may have been. */
    REFUND
}
