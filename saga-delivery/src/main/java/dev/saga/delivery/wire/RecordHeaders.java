package dev.saga.delivery.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The headers of a record, for tools that filter and for tracing. They are copies of the event's attributes, read from
 * its JSON: {@link EventCodec} writes the attributes in a fixed order before the data.
 */
public final class RecordHeaders {
    private static final Header CONTENT_TYPE =
            new RecordHeader("content-type", EventCodec.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
    private static final Header JSON =
            new RecordHeader("content-type", "application/json".getBytes(StandardCharsets.US_ASCII));
    private static final byte[] EVENT = "{\"specversion\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\"data\":".getBytes(StandardCharsets.US_ASCII);

    private RecordHeaders() {}

    /** Returns the headers of an event. A value that is not an event gets {@code application/json} only. */
    public static List<Header> of(byte[] event) {
        if (!Arrays.equals(event, 0, Math.min(EVENT.length, event.length), EVENT, 0, EVENT.length)) {
            return List.of(JSON);
        }
        String attributes = new String(event, 0, lengthBeforeData(event), StandardCharsets.UTF_8);
        List<Header> headers = new ArrayList<>(4);
        headers.add(CONTENT_TYPE);
        add(headers, "event-type", attributes, "\"type\":\"");
        add(headers, "event-id", attributes, "\"id\":\"");
        add(headers, "traceparent", attributes, "\"traceparent\":\"");
        return headers;
    }

    private static int lengthBeforeData(byte[] event) {
        for (int i = 0; i + DATA.length < event.length; i++) {
            if (event[i] == DATA[0] && event[i + 1] == DATA[1] && startsWithData(event, i)) {
                return i;
            }
        }
        return event.length;
    }

    private static boolean startsWithData(byte[] event, int from) {
        for (int i = 2; i < DATA.length; i++) {
            if (event[from + i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    private static void add(List<Header> headers, String name, String attributes, String before) {
        int found = attributes.indexOf(before);
        int end = found < 0 ? -1 : attributes.indexOf('"', found + before.length());
        if (end >= 0) {
            String value = attributes.substring(found + before.length(), end);
            headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
