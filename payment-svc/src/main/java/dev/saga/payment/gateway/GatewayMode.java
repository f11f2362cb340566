package dev.saga.payment.gateway;

/** How the simulated gateway behaves. */
public enum GatewayMode {
    APPROVE,
    DECLINE,
    /** Refuses every call; nothing is taken. */
    UNAVAILABLE,
    /** Refuses a part of the calls, at random. */
    FLAKY
}
