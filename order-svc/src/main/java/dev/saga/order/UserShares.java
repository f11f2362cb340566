package dev.saga.order;

import dev.saga.events.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many sagas under way are each user's: those counted in the database, and those that entered through this instance
 * since. Users with none take no memory.
 */
final class UserShares {
    /** @param counted in the database; {@code entering} now; {@code entered} since the count */
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

    /** How many are a user's. */
    int of(UserId user) {
        return shares.getOrDefault(user, NONE).all();
    }

    void enter(UserId user) {
        change(user, share -> new Share(share.counted, share.entering + 1, share.entered));
    }

    /** The order that was entering is stored, or was not taken. */
    void entered(UserId user) {
        change(user, share -> new Share(share.counted, share.entering - 1, share.entered + 1));
    }

    /** What has entered until now: a count that begins after this has it among the counted. */
    Map<UserId, Integer> entered() {
        Map<UserId, Integer> before = new HashMap<>();
        shares.forEach((user, share) -> before.put(user, share.entered));
        return before;
    }

    /** Takes a count of the database in place of the one before and of what had entered {@code before} it began. */
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
