package dev.saga.payment.provider.simulated;

/** The behaviour of the simulated gateway. */
public enum GatewayMode {
    APPROVE,
    DECLINE,
    /** Fails every call; nothing is taken. */
    UNAVAILABLE,
    /** Fails a share of the calls, at random. */
    FLAKY
}
