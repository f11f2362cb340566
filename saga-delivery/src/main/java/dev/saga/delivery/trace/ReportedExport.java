package dev.saga.delivery.trace;

import dev.saga.delivery.work.LogLimit;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a failed export in one line, at most one per second. The exporter's own lines, with stack traces, are off. */
final class ReportedExport implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(ReportedExport.class);

    private final SpanExporter exporter;
    private final LogLimit lines = new LogLimit();

    ReportedExport(SpanExporter exporter) {
        this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        int number = spans.size();
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                lines.log(leftOut -> LOG.warn(
                        "spans lost number={} reason=\"{}\" lines_left_out={}",
                        number,
                        reason(result.getFailureThrowable()),
                        leftOut));
            }
        });
    }

    /** Returns the failure of the connection, if that is the cause. */
    private static String reason(@Nullable Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(IOException.class::isInstance)
                .findFirst()
                .map(Throwable::toString)
                .orElse(String.valueOf(failure));
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
