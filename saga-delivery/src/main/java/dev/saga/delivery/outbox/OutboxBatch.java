package dev.saga.delivery.outbox;

import dev.saga.delivery.outbox.EventSender.Outgoing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A row of the outbox: events of one topic that one transaction said, in the order in which they were decided. Stored as
 * text, one a line, {@code <transaction_id> <event>}; an event is JSON without line breaks. A transaction of hundreds of
 * events so costs the database a handful of rows.
 *
 * @param id of the row; rows of one saga are numbered as they were committed
 * @param events 1 to 200, and at most 256 KiB unless it is a single one
 */
public record OutboxBatch(long id, List<Outgoing> events) {
    static final int MOST_EVENTS = 200;
    private static final int MOST_BYTES = 256 * 1024;

    static OutboxBatch of(long id, String topic, byte[] payload) {
        List<Outgoing> events = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < payload.length; end++) {
            if (payload[end] == '\n') {
                events.add(event(topic, payload, start, end));
                start = end + 1;
            }
        }
        return new OutboxBatch(id, events);
    }

    private static Outgoing event(String topic, byte[] payload, int start, int end) {
        int space = start;
        while (payload[space] != ' ') {
            space++;
        }
        var key = new String(payload, start, space - start, StandardCharsets.US_ASCII);
        return new Outgoing(topic, key, Arrays.copyOfRange(payload, space + 1, end));
    }

    /** The same row, once the database has given it an id. */
    OutboxBatch numbered(long number) {
        return new OutboxBatch(number, events);
    }

    /** The same row without these events. */
    OutboxBatch without(Set<Outgoing> sent) {
        return new OutboxBatch(
                id, events.stream().filter(event -> !sent.contains(event)).toList());
    }

    byte[] payload() {
        var text = new ByteArrayOutputStream();
        for (Outgoing event : events) {
            text.writeBytes(event.key().getBytes(StandardCharsets.US_ASCII));
            text.write(' ');
            text.writeBytes(event.payload());
            text.write('\n');
        }
        return text.toByteArray();
    }

    /** New rows, without ids yet, for events of one topic. */
    static List<OutboxBatch> split(List<Outgoing> events) {
        List<OutboxBatch> batches = new ArrayList<>();
        int start = 0;
        int bytes = 0;
        for (int i = 0; i < events.size(); i++) {
            bytes += events.get(i).payload().length;
            if (i > start && (i - start == MOST_EVENTS || bytes > MOST_BYTES)) {
                batches.add(new OutboxBatch(0, events.subList(start, i)));
                start = i;
                bytes = events.get(i).payload().length;
            }
        }
        batches.add(new OutboxBatch(0, events.subList(start, events.size())));
        return batches;
    }
}
