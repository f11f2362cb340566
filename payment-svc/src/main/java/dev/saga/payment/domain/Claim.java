package dev.saga.payment.domain;

/** The possible effect of a charge at the gateway so far. It decides the effect of a cancel. */
public enum Claim {
    /** No instance has called the gateway. An instance has to claim the charge first. A cancel voids it at once. */
    NONE,
    /** One instance calls the gateway, or is about to. A cancel waits for the outcome. */
    HELD,
    /**
     * The gateway may have taken money without a response. Unless it approves the charge later, the charge has to be
     * reversed.
     */
    DOUBTFUL
}
