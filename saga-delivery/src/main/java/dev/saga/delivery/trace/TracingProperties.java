package dev.saga.delivery.trace;

import dev.saga.web.settings.Bounds;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the traces, {@code saga.tracing.*}.
 *
 * @param endpoint URL of an OpenTelemetry collector that accepts traces by OTLP over HTTP, for instance
 *     {@code http://127.0.0.1:4318/v1/traces}; default none: no spans are recorded
 * @param headers HTTP headers of every export, for instance {@code authorization}; default none
 * @param sampling share of the new traces that are recorded, 0 to 1, default 1. It counts only where a saga starts: a
 *     trace that a caller has started is recorded if the caller records it
 * @param queue maximum spans that wait for their export, 512 to 1,000,000, default 20,000, of about 1 KiB each; more
 *     are dropped
 */
@ConfigurationProperties("saga.tracing")
record TracingProperties(
        @Nullable URI endpoint,
        @DefaultValue Map<String, String> headers,
        @DefaultValue("1") double sampling,
        @DefaultValue("20000") int queue) {
    TracingProperties {
        if (endpoint != null && !"http".equals(endpoint.getScheme()) && !"https".equals(endpoint.getScheme())) {
            throw new IllegalArgumentException("saga.tracing.endpoint must be an http or https URL, not " + endpoint);
        }
        if (!(sampling >= 0 && sampling <= 1)) {
            throw new IllegalArgumentException("saga.tracing.sampling must be 0 to 1, not " + sampling);
        }
        Bounds.check("saga.tracing.queue", queue, 512, 1_000_000);
    }
}
