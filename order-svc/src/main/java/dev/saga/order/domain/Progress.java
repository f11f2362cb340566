package dev.saga.order.domain;

import dev.saga.events.CancelReason;
import org.jspecify.annotations.Nullable;

/**
 * The state of an order's saga.
 *
 * @param cancelReason null unless the order is CANCELLING or CANCELLED
 * @param undone the responses to ORDER_CANCEL; a participant that failed its step needs not respond
 * @param nudges nudges since the saga last made progress
 */
public record Progress(OrderStatus status, @Nullable CancelReason cancelReason, Undone undone, int nudges) {
    static final Progress PENDING = new Progress(OrderStatus.PENDING, null, Undone.BY_NOBODY, 0);
    static final Progress CONFIRMED = new Progress(OrderStatus.CONFIRMED, null, Undone.BY_NOBODY, 0);

    static Progress cancelling(CancelReason why, Undone undone) {
        return new Progress(OrderStatus.CANCELLING, why, undone, 0);
    }

    static Progress cancelled(CancelReason why) {
        return new Progress(OrderStatus.CANCELLED, why, Undone.BY_ALL, 0);
    }

    Progress withNudges(int number) {
        return new Progress(status, cancelReason, undone, number);
    }
}
