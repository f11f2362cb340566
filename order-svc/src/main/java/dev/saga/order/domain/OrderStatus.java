package dev.saga.order.domain;

/** Where an order's saga stands. */
public enum OrderStatus {
    /** Accepted; stock and payment are being asked for. */
    PENDING,
    /** Reserved and paid. Final, unless the user cancels. */
    CONFIRMED,
    /** Given up; the participants are undoing their parts. */
    CANCELLING,
    /** Everything is undone. Final. */
    CANCELLED;

    /** Whether the saga is at rest. */
    public boolean isFinal() {
        return this == CONFIRMED || this == CANCELLED;
    }
}
