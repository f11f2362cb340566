package dev.saga.order.domain;

import dev.saga.events.CancelReason;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of an order's saga.
 *
 * @param cancelReason null unless the order is CANCELLING or CANCELLED
 * @param undone the responses to ORDER_CANCEL; a participant that failed its step needs not respond
 * @param nudges nudges since the saga last made progress
 */
public record Progress(OrderStatus status, @Nullable CancelReason cancelReason, Undone undone, int nudges) {
    private static final int MOST_DOUBLINGS = 5;

    static final Progress PENDING = new Progress(OrderStatus.PENDING, null, Undone.BY_NOBODY, 0);
    static final Progress CONFIRMED = new Progress(OrderStatus.CONFIRMED, null, Undone.BY_NOBODY, 0);

    static Progress cancelling(CancelReason why, Undone undone) {
        return new Progress(OrderStatus.CANCELLING, why, undone, 0);
    }

    static Progress cancelled(CancelReason why) {
        return new Progress(OrderStatus.CANCELLED, why, Undone.BY_ALL, 0);
    }

    /**
     * Returns how long the saga may stay without progress before it is nudged; empty if it is final. For a CANCELLING
     * order the pause doubles with each nudge, up to 32 times {@code step}.
     */
    public Optional<Duration> pauseBeforeNudge(Duration step) {
        return switch (status) {
            case PENDING -> Optional.of(step);
            case CANCELLING -> Optional.of(step.multipliedBy(1L << Math.min(nudges, MOST_DOUBLINGS)));
            case CONFIRMED, CANCELLED -> Optional.empty();
        };
    }

    Progress withNudges(int number) {
        return new Progress(status, cancelReason, undone, number);
    }
}
