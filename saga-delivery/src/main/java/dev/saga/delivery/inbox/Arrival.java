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
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A consumed record: its event, or the reason why it is not an event that can be handled.
 *
 * @param payload the record's value, as far as it is kept; null if it has none
 * @param headers the event's attributes if they came as headers
 * @param transactionId the saga to which the record belongs; null if it is unknown
 * @param event the event; null if there is a flaw
 * @param flaw the reason why the record cannot be handled; null if there is an event
 */
public record Arrival(
        Place place,
        byte @Nullable [] key,
        @Nullable Payload payload,
        EventHeaders headers,
        @Nullable TransactionId transactionId,
        @Nullable LoggedEvent event,
        @Nullable Flaw flaw) {
    private static final int CONTENT_BYTES = 16;

    /**
     * The reason why a record cannot be handled.
     *
     * @param kind one of a few words, for meters: {@code unreadable}, {@code unknown-type}, {@code contract}, {@code
     *     handler}, or that of a {@link dev.saga.delivery.work.PoisonException}
     * @param text for a person
     */
    record Flaw(String kind, String text) {
        private static final String HANDLER = "handler";

        static Flaw of(ContractViolation violation) {
            String kind = violation.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
            return new Flaw(kind, String.valueOf(violation.getMessage()));
        }

        static Flaw ofHandler(String text) {
            return new Flaw(HANDLER, text);
        }
    }

    /**
     * The position of a record in Kafka. The time distinguishes a topic that was deleted and created again, because it
     * uses the same offsets again.
     *
     * @param time the record's own time, ms since 1970
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
                    loggedEvent(codec.decode(key, payload, headers, Instant.ofEpochMilli(place.time)), payload, codec);
            return new Arrival(place, key, payload, headers, event.envelope().transactionId(), event, null);
        } catch (ContractViolation violation) {
            TransactionId saga = saga(key, violation.subject());
            Payload kept = payload != null && violation.isGarbage() ? payload.ofGarbage() : payload;
            return new Arrival(place, key, kept, headers, saga, null, Flaw.of(violation));
        } catch (RuntimeException fault) {
            return new Arrival(place, key, payload, headers, saga(key, null), null, Flaw.ofHandler(fault.toString()));
        }
    }

    /**
     * Returns the event as it is recorded: the bytes of the record's value if they contain the whole event; otherwise
     * the event is encoded again.
     */
    private static LoggedEvent loggedEvent(Decoded event, @Nullable Payload payload, EventCodec codec) {
        return new LoggedEvent(
                event.envelope(), event.whole() ? requireNonNull(payload).bytes() : codec.encode(event.envelope()));
    }

    /** Returns the saga that the key of a record without an event names; null if its subject names another saga. */
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

    /** Returns the event with its envelope; null if there is a flaw. */
    @Nullable Envelope envelope() {
        return event == null ? null : event.envelope();
    }

    /** Returns the number of bytes of payload that are kept. */
    int bytes() {
        return payload == null ? 0 : payload.bytes().length;
    }

    /**
     * Splits a batch, in order, into portions of at most {@code bytes} bytes of payload. A larger arrival is a portion
     * of its own.
     */
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

    /** Returns the record of an event that the handler cannot handle. */
    Arrival withFlaw(Flaw reason) {
        return new Arrival(place, key, payload, headers, transactionId, null, reason);
    }

    /** Returns a copy with at most {@code most} bytes of payload. */
    Arrival cut(int most) {
        return payload == null || payload.bytes().length <= most
                ? this
                : new Arrival(place, key, payload.cut(most), headers, transactionId, event, flaw);
    }

    /**
     * Returns the smallest form that can be parked: the position of the record and a reason, without key, headers and
     * payload.
     */
    Arrival bare() {
        Payload nothing = payload == null ? null : payload.cut(0);
        var reason = new Flaw(flaw == null ? Flaw.HANDLER : flaw.kind, "cannot be stored whole");
        return new Arrival(place, null, nothing, EventHeaders.NONE, transactionId, null, reason);
    }

    /**
     * Returns a hash of the event's data, without its id and its time. It is equal for a step and its repetition. Null
     * if there is a flaw.
     */
    byte @Nullable [] content() {
        return event == null
                ? null
                : Arrays.copyOf(Payload.hash(event.envelope().event().toString()), CONTENT_BYTES);
    }
}
