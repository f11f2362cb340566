package dev.saga.delivery.trace;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A span that is over.
 *
 * @param context its trace and its id
 * @param parent id of the parent span in the same trace; null if it has none
 * @param link another span that shared its transaction; null if there was none
 * @param failure the reason why it failed; null if it did not fail
 */
record FinishedSpan(
        Kind kind,
        String name,
        TraceContext context,
        @Nullable String parent,
        @Nullable TraceContext link,
        Instant start,
        Instant end,
        Map<String, String> attributes,
        @Nullable String failure) {
    /** The kinds of OpenTelemetry that occur in a saga. */
    enum Kind {
        SERVER,
        CLIENT,
        PRODUCER,
        CONSUMER
    }
}
