package dev.saga.order.domain;

/** The state of an order and its saga. */
public enum OrderStatus {
    /** Accepted: inventory-svc and payment-svc have not finished their steps. */
    PENDING,
    /** Reserved and paid. Final, unless the user cancels. */
    CONFIRMED,
    /** To be cancelled: the participants undo their parts. */
    CANCELLING,
    /** Everything is undone. Final. */
    CANCELLED;

    /** Returns true if the saga is at rest. */
    public boolean isFinal() {
        return this == CONFIRMED || this == CANCELLED;
    }
}
