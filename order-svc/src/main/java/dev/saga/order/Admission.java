package dev.saga.order;

import dev.saga.delivery.outbox.OutboxDepth;
import dev.saga.delivery.work.OverCapacity;
import dev.saga.events.UserId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Lets in as many orders as can be finished soon. Whatever limits the system, its sagas pile up there: so past a number
 * of sagas under way another order is refused at once, and those that were let in do not wait behind it. Of that number
 * one user has a part, so that nobody takes it all.
 *
 * <p>The sagas of all instances are counted in the database every 100 ms; in between this instance adds its own. With
 * several instances the limits can be passed by what the others let in within that time. Sagas that are stuck do not
 * count: they keep nobody waiting.
 */
@Component
public final class Admission {
    private final OrderCounts orders;
    private final OutboxDepth outbox;
    private final int limit;
    private final int userLimit;
    private final AtomicInteger underWay;
    private final AtomicInteger entering = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();
    private final UserShares shares = new UserShares();

    Admission(OrderCounts orders, OutboxDepth outbox, OrderProperties properties, MeterRegistry meters) {
        this.orders = orders;
        this.outbox = outbox;
        this.limit = properties.underWay();
        this.userLimit = properties.underWayOfUser();
        this.underWay = meters.gauge("saga.orders.underway", new AtomicInteger());
    }

    /** Whether another order of anybody would be refused now. */
    public boolean isClosed() {
        return outbox.isFull() || underWay.get() + entering.get() + entered.get() >= limit;
    }

    /** Whether another order of this user would be refused now. */
    public boolean isClosedTo(UserId user) {
        return isClosed() || shares.of(user) >= userLimit;
    }

    /** Has an order placed; fails at once with {@link OverCapacity}, and nothing is stored, if it is too much. */
    public <T> Mono<T> admit(UserId user, Mono<T> placing) {
        return Mono.defer(() -> {
            if (isClosedTo(user)) {
                return Mono.error(new OverCapacity("sagas under way"));
            }
            entering.incrementAndGet();
            shares.enter(user);
            return placing.doFinally(end -> moved(user));
        });
    }

    private void moved(UserId user) {
        entered.incrementAndGet();
        entering.decrementAndGet();
        shares.entered(user);
    }

    /** Counts anew; what entered before is then among the counted. */
    Mono<Void> look() {
        return Mono.defer(() -> {
                    int before = entered.get();
                    Map<UserId, Integer> ofUsersBefore = shares.entered();
                    return orders.countUnderWay(limit)
                            .doOnNext(open -> {
                                underWay.set(open);
                                entered.addAndGet(-before);
                            })
                            .flatMap(this::ofUsers)
                            .doOnNext(counted -> shares.count(counted, ofUsersBefore));
                })
                .then();
    }

    /** Nobody has too many while all together have fewer: then there is nothing to count. */
    private Mono<Map<UserId, Integer>> ofUsers(int open) {
        return open < userLimit ? Mono.just(Map.of()) : orders.countUnderWayOfUsers(limit, Math.max(1, userLimit / 4));
    }
}
