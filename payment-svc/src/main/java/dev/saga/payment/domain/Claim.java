package dev.saga.payment.domain;

/** How far the gateway may know of a charge. It decides what a cancel does. */
public enum Claim {
    /** No instance has asked the gateway, and none may before it has claimed the charge: a cancel voids it at once. */
    NONE,
    /** One instance asks the gateway, or is about to: a cancel waits for the answer. */
    HELD,
    /** The gateway may have taken money of which nobody was told: unless it approves, the charge has to be reversed. */
    DOUBTFUL
}
