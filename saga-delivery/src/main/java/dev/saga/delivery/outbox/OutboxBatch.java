package dev.saga.delivery.outbox;

import dev.saga.delivery.outbox.EventSender.Outgoing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A row of the outbox: events of one topic from one transaction, in the order in which they were decided. The row is
 * stored as text, one event per line, {@code <transaction_id> <event>}; an event is JSON without line breaks. So a
 * transaction with hundreds of events needs only a few rows.
 *
 * @param id id of the row; the rows of one saga are numbered in the order of their commits
 * @param storedAt when the row was inserted, ms since 1970; 0 if it is unknown
 * @param events 1 to 200 events of at most 256 KiB together, or a single larger event
 */
public record OutboxBatch(long id, long storedAt, List<Outgoing> events) {
    static final int MOST_EVENTS = 200;
    private static final int MOST_BYTES = 256 * 1024;

    static OutboxBatch of(long id, long storedAt, String topic, byte[] payload) {
        List<Outgoing> events = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < payload.length; end++) {
            if (payload[end] == '\n') {
                events.add(event(topic, payload, start, end));
                start = end + 1;
            }
        }
        return new OutboxBatch(id, storedAt, events);
    }

    private static Outgoing event(String topic, byte[] payload, int start, int end) {
        int space = start;
        while (payload[space] != ' ') {
            space++;
        }
        var key = new String(payload, start, space - start, StandardCharsets.US_ASCII);
        return new Outgoing(topic, key, Arrays.copyOfRange(payload, space + 1, end));
    }

    /** Returns a copy with the id that the database assigned. */
    OutboxBatch withId(long number) {
        return new OutboxBatch(number, storedAt, events);
    }

    /** Returns a copy without these events. */
    OutboxBatch without(Set<Outgoing> sent) {
        return new OutboxBatch(
                id,
                storedAt,
                events.stream().filter(event -> !sent.contains(event)).toList());
    }

    /** Returns true if its last event is one of these. */
    boolean isSent(Set<Outgoing> sent) {
        return !events.isEmpty() && sent.contains(events.getLast());
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

    /** Divides events of one topic into new rows, which have no ids yet. */
    static List<OutboxBatch> split(List<Outgoing> events, long now) {
        List<OutboxBatch> batches = new ArrayList<>();
        int start = 0;
        int bytes = 0;
        for (int i = 0; i < events.size(); i++) {
            bytes += events.get(i).payload().length;
            if (i > start && (i - start == MOST_EVENTS || bytes > MOST_BYTES)) {
                batches.add(new OutboxBatch(0, now, events.subList(start, i)));
                start = i;
                bytes = events.get(i).payload().length;
            }
        }
        batches.add(new OutboxBatch(0, now, events.subList(start, events.size())));
        return batches;
    }
}
