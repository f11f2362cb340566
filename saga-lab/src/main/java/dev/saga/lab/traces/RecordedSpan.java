package dev.saga.lab.traces;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A span as it is in the file: one line of JSON.
 *
 * @param parentId null if it has none
 * @param links ids of other spans that shared its transaction
 * @param start ns since 1970
 * @param end ns since 1970
 * @param failure null if it did not fail
 */
public record RecordedSpan(
        String traceId,
        String spanId,
        @Nullable String parentId,
        List<String> links,
        String service,
        String kind,
        String name,
        long start,
        long end,
        Map<String, String> attributes,
        @Nullable String failure) {
    private static final String SAGA = "saga.transaction_id";

    static RecordedSpan of(String service, Span span) {
        return new RecordedSpan(
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                span.getParentSpanId().isEmpty() ? null : hex(span.getParentSpanId()),
                span.getLinksList().stream().map(link -> hex(link.getSpanId())).toList(),
                service,
                span.getKind().name().substring("SPAN_KIND_".length()),
                span.getName(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                attributes(span.getAttributesList()),
                span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR
                        ? span.getStatus().getMessage()
                        : null);
    }

    static Map<String, String> attributes(List<KeyValue> values) {
        Map<String, String> attributes = new TreeMap<>();
        values.forEach(value -> attributes.put(value.getKey(), value.getValue().getStringValue()));
        return attributes;
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    /** Returns true if the span belongs to this saga. */
    public boolean isOf(String transactionId) {
        return transactionId.equalsIgnoreCase(attributes.get(SAGA));
    }

    /** Returns the name with what it says about the result. */
    String text() {
        String result = attributes.get("saga.result");
        String told = failure == null ? result : failure;
        return told == null ? name : name + ": " + told;
    }
}
