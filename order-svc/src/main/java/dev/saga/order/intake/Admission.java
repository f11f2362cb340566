package dev.saga.order.intake;

import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.work.OverCapacity;
import dev.saga.events.value.UserId;
import dev.saga.order.meter.OrderMetrics;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Admits as many orders as can be finished soon. A limit anywhere in the system shows as a growing number of sagas
 * under way. Once that number reaches its bound, a further order is refused at once, so that it does not delay the
 * orders that were admitted. One user may have only a share of that number.
 *
 * <p>The sagas of all instances are counted in the database every 100 ms; in between, an instance adds the orders that
 * it admitted itself. With several instances, the bounds can be exceeded by the orders that the other instances admit
 * in that time. A saga whose next nudge is further away than the step timeout does not count.
 */
@Component
public final class Admission {
    private final OrderCounts orders;
    private final OutboxDepth outbox;
    private final int limit;
    private final int userLimit;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger entering = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();
    private final UserShares shares = new UserShares();

    Admission(OrderCounts orders, OutboxDepth outbox, IntakeSettings settings, OrderMetrics metrics) {
        this.orders = orders;
        this.outbox = outbox;
        this.limit = settings.underWay();
        this.userLimit = settings.underWayOfUser();
        metrics.underWay(underWay);
    }

    /** Returns true if a further order of any user would be refused now. */
    public boolean isClosed() {
        return outbox.isFull() || underWay.get() + entering.get() + entered.get() >= limit;
    }

    /** Returns true if a further order of this user would be refused now. */
    public boolean isClosedTo(UserId user) {
        return isClosed() || shares.of(user) >= userLimit;
    }

    /**
     * Runs {@code placing} if there is room for an order of this user. Otherwise fails at once with {@link
     * OverCapacity}; nothing is stored.
     */
    public <T> Mono<T> admit(UserId user, Mono<T> placing) {
        return Mono.defer(() -> {
            if (isClosedTo(user)) {
                return Mono.error(new OverCapacity("sagas under way"));
            }
            entering.incrementAndGet();
            shares.enter(user);
            return placing.doFinally(end -> leave(user));
        });
    }

    private void leave(UserId user) {
        entered.incrementAndGet();
        entering.decrementAndGet();
        shares.markEntered(user);
    }

    /** Counts the sagas under way in the database. The count includes the orders that entered before it began. */
    Mono<Void> recount() {
        return Mono.defer(() -> {
                    int before = entered.get();
                    Map<UserId, Integer> ofUsersBefore = shares.enteredSinceCount();
                    return orders.countUnderWay(limit)
                            .doOnNext(open -> {
                                underWay.set(open);
                                entered.addAndGet(-before);
                            })
                            .flatMap(this::countOfUsers)
                            .doOnNext(counted -> shares.count(counted, ofUsersBefore));
                })
                .then();
    }

    /** If all sagas together are fewer than the limit of one user, no user can exceed it and no query is needed. */
    private Mono<Map<UserId, Integer>> countOfUsers(int open) {
        return open < userLimit ? Mono.just(Map.of()) : orders.countUnderWayOfUsers(limit, Math.max(1, userLimit / 4));
    }
}
