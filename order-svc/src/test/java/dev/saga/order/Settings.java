package dev.saga.order;

import java.time.Duration;

/** Settings for tests: the parameters matter, all other values are arbitrary. */
final class Settings {
    private Settings() {}

    static OrderProperties of(int underWay, Duration stepTimeout) {
        return of(underWay, 1, stepTimeout, 20);
    }

    static OrderProperties of(int underWay, Duration stepTimeout, int nudgesPerSecond) {
        return of(underWay, 1, stepTimeout, nudgesPerSecond);
    }

    static OrderProperties of(int underWay, double userShare) {
        return of(underWay, userShare, Duration.ofDays(1), 20);
    }

    private static OrderProperties of(int underWay, double userShare, Duration stepTimeout, int nudgesPerSecond) {
        return new OrderProperties(
                underWay,
                userShare,
                1,
                1,
                1,
                stepTimeout,
                nudgesPerSecond,
                Duration.ofSeconds(1),
                Duration.ofMillis(20),
                Duration.ofDays(7),
                10,
                false,
                Duration.ofSeconds(15),
                false);
    }
}
