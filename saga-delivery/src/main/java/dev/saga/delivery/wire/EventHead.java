package dev.saga.delivery.wire;

import dev.saga.event.TransactionId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event that {@link EventCodec} has written, read from its JSON without parsing its data: the codec
 * writes the attributes in a fixed order before the data.
 *
 * @param causationId null if it has none
 * @param traceparent null if it has none
 */
public record EventHead(
        String id,
        String type,
        TransactionId saga,
        Instant time,
        @Nullable UUID causationId,
        @Nullable String traceparent) {
    private static final byte[] EVENT = "{\"specversion\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\"data\":".getBytes(StandardCharsets.US_ASCII);

    /** Reads the attributes. Returns null if the bytes are not an event in this form. */
    public static @Nullable EventHead of(byte[] json) {
        String text = text(json);
        String id = text == null ? null : attribute(text, "id");
        String type = text == null ? null : attribute(text, "type");
        String subject = text == null ? null : attribute(text, "subject");
        String time = text == null ? null : attribute(text, "time");
        if (text == null || id == null || type == null || subject == null || time == null) {
            return null;
        }
        try {
            String cause = attribute(text, "causationid");
            return new EventHead(
                    id,
                    type,
                    TransactionId.of(subject),
                    Rfc3339.parse(time),
                    cause == null ? null : UUID.fromString(cause),
                    attribute(text, "traceparent"));
        } catch (IllegalArgumentException | DateTimeException other) {
            return null;
        }
    }

    /** Returns the JSON up to the data; null if it does not begin as an event. */
    static @Nullable String text(byte[] json) {
        return Arrays.equals(json, 0, Math.min(EVENT.length, json.length), EVENT, 0, EVENT.length)
                ? new String(json, 0, lengthBeforeData(json), StandardCharsets.UTF_8)
                : null;
    }

    private static int lengthBeforeData(byte[] json) {
        for (int i = 0; i + DATA.length < json.length; i++) {
            if (json[i] == DATA[0] && json[i + 1] == DATA[1] && startsWithData(json, i)) {
                return i;
            }
        }
        return json.length;
    }

    private static boolean startsWithData(byte[] json, int from) {
        for (int i = 2; i < DATA.length; i++) {
            if (json[from + i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the value of an attribute; null if it is missing. */
    static @Nullable String attribute(String text, String name) {
        String before = '"' + name + "\":\"";
        int found = text.indexOf(before);
        int end = found < 0 ? -1 : text.indexOf('"', found + before.length());
        return end < 0 ? null : text.substring(found + before.length(), end);
    }
}
