package dev.saga.delivery.wire;

import dev.saga.event.TransactionId;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** W3C trace contexts. Every event is a span of its saga's trace. */
public final class Trace {
    private static final Pattern VALID = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int SPAN_START = 36;
    private static final int SPAN_END = 52;

    private Trace() {}

    /**
     * Returns the context of an event that continues {@code parent}. Without a valid parent, the event starts a new
     * trace whose id is the saga's id.
     */
    public static String next(@Nullable String parent, TransactionId saga, UUID eventId) {
        String span = HexFormat.of().toHexDigits(eventId.getLeastSignificantBits());
        if (parent != null && VALID.matcher(parent).matches()) {
            return parent.substring(0, SPAN_START) + span + parent.substring(SPAN_END);
        }
        return "00-" + saga.text().replace("-", "") + "-" + span + "-01";
    }
}
