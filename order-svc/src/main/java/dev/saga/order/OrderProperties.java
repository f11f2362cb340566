package dev.saga.order;

import dev.saga.web.settings.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of order-svc, {@code saga.order.*}.
 *
 * @param underWay bound of the sagas under way; one more order gets a 503. 1 or more, default 1500, which is more than
 *     half a second of work at the rate that two cores carry. A higher value lets a system with slow steps run more
 *     sagas at once; under overload it makes every saga take longer
 * @param userShare the share of {@code underWay} that one user may have; one more order of that user gets a 503.
 *     Above 0 to 1, default 0.5. With a higher value a single customer can use the whole system; a lower value keeps
 *     more of it for others
 * @param intake orders that may wait for their transaction; one more gets a 503. 1 or more, default 2000. These orders
 *     already count as under way, so this bound takes effect only if it is below {@code underWay}
 * @param intakeBatch most orders per transaction, default 200
 * @param intakeLanes concurrent transactions for new orders, default 2
 * @param stepTimeout time without progress after which a saga is nudged, default 10 s
 * @param nudgesPerSecond nudges that this instance publishes per second, 1 to 10,000, default 20; 25 times as many at
 *     once. A nudge beyond this counts, but is not published. A higher value recovers faster from lost events, and
 *     lengthens the backlog of a participant that is down
 * @param sweep pause between two searches for overdue sagas, default 1 s
 * @param watch pause between two queries for the orders that callers wait for, default 20 ms
 * @param keepKeys how long an Idempotency-Key is kept, default 7 days; afterwards the same key makes a new order
 * @param watchers callers that may wait for orders at once, 0 or more, default 10,000; one more gets its response
 *     without waiting
 * @param earlyRefusal if true, an order that the known stock cannot cover gets a 409 at once and costs no saga, and this
 *     service is ready only once it has read the topic {@code stock}; if false, every order becomes a saga; default false
 * @param levelAge longest age of a known stock level that refuses an order, 1 s to 1 h, default 15 s; longer than {@code
 *     saga.inventory.level-refresh}. It bounds how long a possible order can be refused, whatever is away. A higher value
 *     refuses hopeless orders through longer pauses of inventory-svc, and possible ones for longer after them
 * @param export if true, each change of an order also publishes the order's rows on the compacted topic {@code orders}, in
 *     the JSON of Kafka Connect, for a table that reports can query; about 0.8 KB per line and change. Default false
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
        @DefaultValue("10000") int watchers,
        @DefaultValue("false") boolean earlyRefusal,
        @DefaultValue("15s") Duration levelAge,
        @DefaultValue("false") boolean export) {
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
        Bounds.check("saga.order.level-age", levelAge, Duration.ofSeconds(1), Duration.ofHours(1));
    }

    /** Returns the bound of the sagas under way per user, at least 1. */
    int underWayOfUser() {
        return Math.max(1, (int) (underWay * userShare));
    }
}
