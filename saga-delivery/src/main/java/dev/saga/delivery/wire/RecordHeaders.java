package dev.saga.delivery.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The headers of a record, for tools that filter and for tracing. They are copies of the event's attributes. */
public final class RecordHeaders {
    private static final Header CONTENT_TYPE =
            new RecordHeader("content-type", EventCodec.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
    private static final Header JSON =
            new RecordHeader("content-type", "application/json".getBytes(StandardCharsets.US_ASCII));

    private RecordHeaders() {}

    /** Returns the headers of an event. A value that is not an event gets {@code application/json} only. */
    public static List<Header> of(byte[] event) {
        String attributes = EventHead.text(event);
        if (attributes == null) {
            return List.of(JSON);
        }
        List<Header> headers = new ArrayList<>(4);
        headers.add(CONTENT_TYPE);
        add(headers, "event-type", attributes, "type");
        add(headers, "event-id", attributes, "id");
        add(headers, "traceparent", attributes, "traceparent");
        return headers;
    }

    private static void add(List<Header> headers, String name, String attributes, String attribute) {
        String value = EventHead.attribute(attributes, attribute);
        if (value != null) {
            headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
