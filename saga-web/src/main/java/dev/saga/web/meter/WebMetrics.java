package dev.saga.web.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The meters of HTTP. Their names are a public interface. */
public final class WebMetrics {
    private static final Set<Integer> REFUSALS = Set.of(429, 503);

    private final MeterRegistry registry;
    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

    public WebMetrics(MeterRegistry registry) {
        this.registry = registry;
        Stream.of("over-capacity", "too-many-requests").forEach(this::refusals);
    }

    private Counter refusals(String reason) {
        return refusals.computeIfAbsent(
                reason,
                absent -> Counter.builder("saga.http.refusals")
                        .description("requests refused with 429 or 503 because of load or an outage")
                        .tag("reason", reason)
                        .register(registry));
    }

    /**
     * Counts a response that this process makes itself, if it is a 429 or 503.
     *
     * @param reason the end of the problem's type; one of the few in the code
     */
    public void answered(int status, String reason) {
        if (REFUSALS.contains(status)) {
            refusals(reason).increment();
        }
    }
}
