package dev.saga.delivery.wire;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event in CloudEvents' binary mode: Kafka headers named {@code ce_…}. The record's value is then
 * the data alone.
 *
 * @param attributes by CloudEvents' names; empty for an event in structured mode
 */
public record EventHeaders(Map<String, String> attributes) {
    public static final EventHeaders NONE = new EventHeaders(Map.of());

    private static final String PREFIX = "ce_";
    private static final String STRUCTURED = "application/cloudevents";

    /**
     * The maximum length of a header's value, in bytes. Every attribute of the contract is shorter; a longer header is
     * ignored.
     */
    private static final int LONGEST_VALUE = 1024;

    private static final int MOST_ATTRIBUTES = 32;

    boolean isBinary() {
        return !attributes.isEmpty();
    }

    /**
     * Reads the attributes of a record. Returns {@link #NONE} if its content type is that of a whole event, or if it
     * has no {@code ce_specversion}.
     */
    public static EventHeaders of(Headers headers) {
        Header contentType = headers.lastHeader("content-type");
        boolean structured = contentType != null && text(contentType).startsWith(STRUCTURED);
        if (structured || headers.lastHeader(PREFIX + "specversion") == null) {
            return NONE;
        }
        Map<String, String> attributes = new TreeMap<>();
        for (Header header : headers) {
            boolean kept = header.key().startsWith(PREFIX)
                    && header.value() != null
                    && header.value().length <= LONGEST_VALUE
                    && attributes.size() < MOST_ATTRIBUTES;
            if (kept) {
                attributes.put(header.key().substring(PREFIX.length()), text(header));
            }
        }
        return new EventHeaders(attributes);
    }

    private static String text(Header header) {
        return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /**
     * Returns the attributes as one text, {@code name=value} joined by {@code &} as in a URL query; null if there are
     * none.
     */
    public @Nullable String toText() {
        return attributes.isEmpty()
                ? null
                : attributes.entrySet().stream()
                        .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Parses the text that {@link #toText} returns. */
    public static EventHeaders parse(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        Map<String, String> attributes = new TreeMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            attributes.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        return new EventHeaders(attributes);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
