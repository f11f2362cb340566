package dev.saga.delivery.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans to an OpenTelemetry collector in batches, on a thread of its own. If the collector is away or slow, a
 * bounded number of spans waits, and more are dropped.
 */
final class OtlpExport implements SpanExport, AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final int BATCH = 512;

    private final GivenIds ids = new GivenIds();
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    OtlpExport(TracingProperties properties, String service, String instance) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(Objects.requireNonNull(properties.endpoint()).toString())
                .setTimeout(TIMEOUT)
                .setCompression("gzip");
        properties.headers().forEach(exporter::addHeader);
        this.provider = SdkTracerProvider.builder()
                .setIdGenerator(ids)
                .setSampler(Sampler.alwaysOn())
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", service)
                        .put("service.instance.id", instance)
                        .build()))
                .addSpanProcessor(BatchSpanProcessor.builder(new ReportedExport(exporter.build()))
                        .setMaxQueueSize(properties.queue())
                        .setMaxExportBatchSize(BATCH)
                        .setScheduleDelay(PAUSE)
                        .setExporterTimeout(TIMEOUT)
                        .build())
                .build();
        this.tracer = provider.get("dev.saga.delivery");
    }

    @Override
    public void add(FinishedSpan span) {
        SpanBuilder builder = tracer.spanBuilder(span.name())
                .setSpanKind(SpanKind.valueOf(span.kind().name()))
                .setStartTimestamp(span.start());
        if (span.parent() == null) {
            builder.setNoParent();
        } else {
            builder.setParent(
                    Context.root().with(Span.wrap(remote(span.context().traceId(), span.parent()))));
        }
        if (span.link() != null) {
            builder.addLink(remote(span.link().traceId(), span.link().spanId()));
        }
        span.attributes().forEach(builder::setAttribute);
        Span recorded = ids.giving(span.context(), builder);
        if (span.failure() != null) {
            recorded.setStatus(StatusCode.ERROR, span.failure());
        }
        recorded.end(span.end());
    }

    private static SpanContext remote(String traceId, String spanId) {
        return SpanContext.createFromRemoteParent(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
    }

    @Override
    public void close() {
        provider.shutdown().join(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Gives the ids that were computed to the span that this thread starts. */
    private static final class GivenIds implements IdGenerator {
        private static final ThreadLocal<@Nullable TraceContext> GIVEN = new ThreadLocal<>();

        Span giving(TraceContext context, SpanBuilder builder) {
            GIVEN.set(context);
            try {
                return builder.startSpan();
            } finally {
                GIVEN.remove();
            }
        }

        @Override
        public String generateSpanId() {
            return Objects.requireNonNull(GIVEN.get()).spanId();
        }

        @Override
        public String generateTraceId() {
            return Objects.requireNonNull(GIVEN.get()).traceId();
        }
    }
}
