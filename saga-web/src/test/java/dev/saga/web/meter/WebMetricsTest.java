package dev.saga.web.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class WebMetricsTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WebMetrics metrics = new WebMetrics(meters);

    @Test
    void countsResponsesThatRefuseBecauseOfLoadOrAnOutageByReason() {
        assertThat(refusals("over-capacity")).as("exists before the first").isZero();
        metrics.answered(503, "over-capacity");
        metrics.answered(503, "unavailable");
        metrics.answered(503, "unavailable");
        metrics.answered(429, "too-many-requests");
        metrics.answered(404, "not-found");
        metrics.answered(500, "internal");
        assertThat(refusals("over-capacity")).isOne();
        assertThat(refusals("unavailable")).isEqualTo(2);
        assertThat(refusals("too-many-requests")).isOne();
        assertThat(meters.find("saga.http.refusals").counters()).hasSize(3);
    }

    private double refusals(String reason) {
        return meters.get("saga.http.refusals").tag("reason", reason).counter().count();
    }
}
