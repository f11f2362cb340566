package dev.saga.order;

import dev.saga.delivery.instance.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of order-svc, {@code saga.order.*}.
 *
 * @param underWay sagas under way past which another order is answered 503, 1 or more, default 1500: more than half a
 *     second of work at the rate that two cores carry. More lets a system with slow steps have more of them at once;
 *     under overload it makes every saga take longer
 * @param userShare the part of them that one user may have, above 0 to 1, default 0.5; one more is answered 503. More lets
 *     a single customer use the whole system; less keeps more of it for others
 * @param intake orders that may wait for their transaction, 1 or more, default 2000; one more is answered 503. They are
 *     under way already, so this bound matters only where it is below that one
 * @param intakeBatch most orders of one transaction, default 200
 * @param intakeLanes transactions for new orders at once, default 2
 * @param stepTimeout how long a saga may rest without progress before it is nudged, default 10 s
 * @param nudgesPerSecond nudges that this instance publishes per second, 1 to 10,000, default 20, and 25 times as many at
 *     once; others count and are not published. More recovers faster from lost events, and makes the backlog of a participant
 *     that is away longer
 * @param sweep how often overdue sagas are looked for, default 1 s
 * @param watch how often orders that somebody waits for are looked at, default 20 ms
 * @param keepKeys how long an Idempotency-Key is remembered, default 7 days; after it the same key makes a new order
 * @param watchers how many callers may wait for orders at once, default 10,000; one more is answered without waiting
 */
@ConfigurationProperties("saga.order")
record OrderProperties(
        @DefaultValue("1500") int underWay,
        @DefaultValue("0.5") double userShare,
        @DefaultValue("2000") int intake,
        @DefaultValue("200") int intakeBatch,
        @DefaultValue("2") int intakeLanes,
        @DefaultValue("10s") Duration stepTimeout,
        @DefaultValue("20") int nudgesPerSecond,
        @DefaultValue("1s") Duration sweep,
        @DefaultValue("20ms") Duration watch,
        @DefaultValue("7d") Duration keepKeys,
        @DefaultValue("10000") int watchers) {
    OrderProperties {
        Bounds.check("saga.order.under-way", underWay, 1, 1_000_000);
        if (!(userShare > 0 && userShare <= 1)) {
            throw new IllegalArgumentException("saga.order.user-share must be above 0 to 1 but is " + userShare);
        }
        Bounds.check("saga.order.intake", intake, 1, 1_000_000);
        Bounds.check("saga.order.intake-batch", intakeBatch, 1, 5_000);
        Bounds.check("saga.order.intake-lanes", intakeLanes, 1, 64);
        Bounds.check("saga.order.nudges-per-second", nudgesPerSecond, 1, 10_000);
        Bounds.check("saga.order.watchers", watchers, 0, 1_000_000);
    }

    /** Sagas under way that one user may have, at least 1. */
    int underWayOfUser() {
        return Math.max(1, (int) (underWay * userShare));
    }
}
