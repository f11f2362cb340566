package dev.saga.delivery.inbox;

import static java.util.Objects.requireNonNull;

import dev.saga.delivery.log.EventLog.LoggedEvent;
import dev.saga.delivery.wire.ContractViolation;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.EventCodec.Decoded;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.event.Envelope;
import dev.saga.event.TransactionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that arrived: the event in it, or the flaw that keeps it from being one.
 *
 * @param payload its value, as far as it is kept; null if it has none
 * @param headers the event's attributes if they came as headers
 * @param transactionId the saga it belongs to; null if that cannot be told
 * @param event the event; null if there is a flaw
 * @param flaw why this cannot be handled; null if there is an event
 */
public record Arrival(
        Place place,
        byte @Nullable [] key,
        @Nullable Payload payload,
        EventHeaders headers,
        @Nullable TransactionId transactionId,
        @Nullable LoggedEvent event,
        @Nullable String flaw) {
    private static final int CONTENT_BYTES = 16;

    /**
     * Where a record lies, and since when: a topic that was deleted and made anew has the same offsets again.
     *
     * @param time the record's own, ms since 1970
     */
    public record Place(String topic, int partition, long offset, long time) {}

    public static Arrival of(ConsumerRecord<byte[], Payload> record, EventCodec codec) {
        var place = new Place(record.topic(), record.partition(), record.offset(), record.timestamp());
        return of(place, record.key(), record.value(), EventHeaders.of(record.headers()), codec);
    }

    public static Arrival of(
            Place place, byte @Nullable [] key, @Nullable Payload payload, EventHeaders headers, EventCodec codec) {
        try {
            LoggedEvent event =
                    heard(codec.decode(key, payload, headers, Instant.ofEpochMilli(place.time)), payload, codec);
            return new Arrival(place, key, payload, headers, event.envelope().transactionId(), event, null);
        } catch (ContractViolation violation) {
            TransactionId saga = saga(key, violation.subject());
            Payload kept = payload != null && violation.isGarbage() ? payload.ofGarbage() : payload;
            return new Arrival(place, key, kept, headers, saga, null, String.valueOf(violation.getMessage()));
        } catch (RuntimeException fault) {
            return new Arrival(place, key, payload, headers, saga(key, null), null, fault.toString());
        }
    }

    /** The event as it is recorded: as it travels if that is all of it. */
    private static LoggedEvent heard(Decoded event, @Nullable Payload payload, EventCodec codec) {
        return new LoggedEvent(
                event.envelope(), event.whole() ? requireNonNull(payload).bytes() : codec.encode(event.envelope()));
    }

    /** A record that is not an event belongs to the saga that its key names, unless it has a subject that names another. */
    private static @Nullable TransactionId saga(byte @Nullable [] key, @Nullable String subject) {
        if (key == null) {
            return null;
        }
        String text = new String(key, StandardCharsets.UTF_8);
        try {
            return subject == null || subject.equalsIgnoreCase(text) ? TransactionId.of(text) : null;
        } catch (IllegalArgumentException notASaga) {
            return null;
        }
    }

    /** The event with its envelope; null if there is a flaw. */
    @Nullable Envelope envelope() {
        return event == null ? null : event.envelope();
    }

    /** Bytes of payload that are kept. */
    int bytes() {
        return payload == null ? 0 : payload.bytes().length;
    }

    /** The same arrivals in the same order, in portions that have at most so many bytes of payload, or a single arrival. */
    static List<List<Arrival>> portions(List<Arrival> batch, long bytes) {
        List<List<Arrival>> portions = new ArrayList<>();
        int begin = 0;
        long size = 0;
        for (int i = 0; i < batch.size(); i++) {
            int next = batch.get(i).bytes();
            if (i > begin && size + next > bytes) {
                portions.add(batch.subList(begin, i));
                begin = i;
                size = 0;
            }
            size += next;
        }
        portions.add(batch.subList(begin, batch.size()));
        return portions;
    }

    Arrival flawed(String reason) {
        return new Arrival(place, key, payload, headers, transactionId, null, reason);
    }

    /** The same arrival with at most so many bytes of payload. */
    Arrival cut(int most) {
        return payload == null || payload.bytes().length <= most
                ? this
                : new Arrival(place, key, payload.cut(most), headers, transactionId, event, flaw);
    }

    /** The least that can be parked: where it lies, and that it could not be parked whole. */
    Arrival bare() {
        Payload nothing = payload == null ? null : payload.cut(0);
        return new Arrival(place, null, nothing, EventHeaders.NONE, transactionId, null, "cannot be stored whole");
    }

    /**
     * A hash of what the event says, without its id and its time: equal for a step and its repetition. Null if there is a
     * flaw.
     */
    byte @Nullable [] content() {
        return event == null
                ? null
                : Arrays.copyOf(Payload.hash(event.envelope().event().toString()), CONTENT_BYTES);
    }
}
