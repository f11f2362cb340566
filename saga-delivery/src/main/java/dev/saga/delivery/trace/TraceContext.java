package dev.saga.delivery.trace;

import dev.saga.event.TransactionId;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A W3C trace context. All ids of spans are computed from the saga, the event and the service, so that a span and its
 * parent can be recorded by different processes, and again after a crash, without a column that stores them:
 *
 * <pre>
 * request that started the saga       {@link #root}
 * └─ event: publish                   {@link #ofEvent}
 *    └─ one service handles the event {@link #ofHandling}
 *       ├─ call of another system     any id
 *       └─ next event: publish        {@link #ofEvent}
 * </pre>
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param flags 2 hexadecimal digits; the lowest bit tells if the trace is recorded
 */
public record TraceContext(String traceId, String spanId, String flags) {
    private static final Pattern VALID = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int SPAN_START = 36;
    private static final int SPAN_END = 52;
    private static final int TRACE_START = 3;
    private static final int TRACE_END = 35;
    private static final String RECORDED = "01";
    private static final String NOT_RECORDED = "00";

    /** Parses a header or an attribute {@code traceparent}; null if it is missing or invalid. */
    public static @Nullable TraceContext parse(@Nullable String text) {
        return text == null || !VALID.matcher(text).matches()
                ? null
                : new TraceContext(
                        text.substring(TRACE_START, TRACE_END),
                        text.substring(SPAN_START, SPAN_END),
                        text.substring(SPAN_END + 1));
    }

    /** Creates the context of a new trace, whose id is the saga's id. */
    static TraceContext start(TransactionId saga, boolean recorded) {
        return new TraceContext(saga.text().replace("-", ""), root(saga), recorded ? RECORDED : NOT_RECORDED);
    }

    /** Returns the context of another span in this trace. */
    TraceContext with(String span) {
        return new TraceContext(traceId, span, flags);
    }

    boolean isRecorded() {
        return (Integer.parseInt(flags, 16) & 1) == 1;
    }

    /** Returns the attribute {@code traceparent}. */
    String text() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }

    /** Returns the id of the span of the request that started a saga. */
    static String root(TransactionId saga) {
        return hex(mix(saga.value().getMostSignificantBits() ^ mix(saga.value().getLeastSignificantBits())));
    }

    /** Returns the id of the span in which an event is published. */
    static String ofEvent(UUID eventId) {
        return hex(eventId.getLeastSignificantBits());
    }

    /** Returns the id of the span in which a service handles an event. */
    static String ofHandling(UUID eventId, String service) {
        return hex(mix(eventId.getLeastSignificantBits() ^ mix(service.hashCode())));
    }

    static String random() {
        return hex(ThreadLocalRandom.current().nextLong());
    }

    private static String hex(long id) {
        return HexFormat.of().toHexDigits(id == 0 ? 1 : id);
    }

    /** The finalizer of SplitMix64: different inputs have different results. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
