package dev.saga.order.intake;

import dev.saga.events.value.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The number of sagas under way per user: those counted in the database, and those that entered through this instance
 * since that count. A user without sagas takes no memory.
 */
final class UserShares {
    /**
     * @param counted sagas counted in the database
     * @param entering orders whose transaction runs now
     * @param entered orders that entered since the count
     */
    private record Share(int counted, int entering, int entered) {
        int all() {
            return counted + entering + entered;
        }

        @Nullable Share orNull() {
            return all() == 0 ? null : this;
        }
    }

    private static final Share NONE = new Share(0, 0, 0);

    private final ConcurrentMap<UserId, Share> shares = new ConcurrentHashMap<>();

    /** Returns the number of a user's sagas under way. */
    int of(UserId user) {
        return shares.getOrDefault(user, NONE).all();
    }

    void enter(UserId user) {
        change(user, share -> new Share(share.counted, share.entering + 1, share.entered));
    }

    /** Counts an order as entered once its transaction has ended, whether it was stored or not. */
    void markEntered(UserId user) {
        change(user, share -> new Share(share.counted, share.entering - 1, share.entered + 1));
    }

    /** Returns the orders that have entered since the last count. A count that begins after this call includes them. */
    Map<UserId, Integer> enteredSinceCount() {
        Map<UserId, Integer> before = new HashMap<>();
        shares.forEach((user, share) -> before.put(user, share.entered));
        return before;
    }

    /**
     * Replaces the previous count by {@code counted}, and removes the orders that had entered {@code before} the count
     * began.
     */
    void count(Map<UserId, Integer> counted, Map<UserId, Integer> before) {
        Stream.concat(shares.keySet().stream(), counted.keySet().stream())
                .distinct()
                .toList()
                .forEach(user -> change(
                        user,
                        share -> new Share(
                                counted.getOrDefault(user, 0),
                                share.entering,
                                share.entered - before.getOrDefault(user, 0))));
    }

    private void change(UserId user, UnaryOperator<Share> change) {
        shares.compute(
                user,
                (name, share) -> change.apply(share == null ? NONE : share).orNull());
    }
}
