package dev.saga.events;

/** The reason for which an order was cancelled. */
public enum CancelReason {
    OUT_OF_STOCK,
    UNKNOWN_PRODUCT,
    /** The catalogue's price is not the one that the customer saw, or the total is above 2^63−1. */
    PRICE_CHANGED,
    PAYMENT_DECLINED,
    PAYMENT_UNAVAILABLE,
    TIMED_OUT,
    CANCELLED_BY_USER,
    CANCELLED_BY_OPERATOR,
    /** A reason that this version does not know. */
    OTHER
}
