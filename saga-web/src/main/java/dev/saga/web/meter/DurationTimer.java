package dev.saga.web.meter;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Timers with a histogram. All have the same 14 buckets, 1 ms to 1 min, so a quantile can be computed from the sum over
 * all instances. A quantile is exact only to its bucket.
 */
public final class DurationTimer {
    private static final Duration[] BUCKETS = LongStream.of(
                    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private DurationTimer() {}

    /** @param name ends in {@code .duration}; Prometheus adds {@code _seconds} */
    public static Timer.Builder named(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS);
    }
}
