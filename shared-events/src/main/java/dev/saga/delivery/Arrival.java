package dev.saga.delivery;

import static java.util.Objects.requireNonNull;

import dev.saga.delivery.EventLog.Heard;
import dev.saga.events.Envelope;
import dev.saga.events.TransactionId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that arrived: the event in it, or the flaw that keeps it from being one.
 *
 * @param time the record's own, ms since 1970
 * @param transactionId the saga it belongs to, as far as that can be told; null where it cannot
 * @param envelope the event; null when there is a flaw
 * @param flaw why this cannot be handled; null when there is an event
 */
record Arrival(
        String topic,
        int partition,
        long offset,
        long time,
        byte @Nullable [] key,
        byte @Nullable [] payload,
        @Nullable TransactionId transactionId,
        @Nullable Envelope envelope,
        @Nullable String flaw) {

    static Arrival of(ConsumerRecord<byte[], byte[]> record, EventCodec codec) {
        return of(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                codec);
    }

    static Arrival of(
            String topic,
            int partition,
            long offset,
            long time,
            byte @Nullable [] key,
            byte @Nullable [] payload,
            EventCodec codec) {
        try {
            Envelope envelope = codec.decode(key, payload);
            return new Arrival(topic, partition, offset, time, key, payload, envelope.transactionId(), envelope, null);
        } catch (RuntimeException violation) {
            return new Arrival(
                    topic,
                    partition,
                    offset,
                    time,
                    key,
                    payload,
                    transactionOf(key),
                    null,
                    String.valueOf(violation.getMessage()));
        }
    }

    private static @Nullable TransactionId transactionOf(byte @Nullable [] key) {
        try {
            return key == null ? null : TransactionId.of(new String(key, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notATransaction) {
            return null;
        }
    }

    /** Where a record lies, and since when: a topic that was deleted and made anew has the same offsets again. */
    record Place(String topic, int partition, long offset, long time) {}

    Place place() {
        return new Place(topic, partition, offset, time);
    }

    /** The same arrivals in the same order, in portions that have at most so many bytes of payload, or a single arrival. */
    static List<List<Arrival>> portions(List<Arrival> batch, int bytes) {
        List<List<Arrival>> portions = new ArrayList<>();
        int begin = 0;
        long size = 0;
        for (int i = 0; i < batch.size(); i++) {
            byte[] payload = batch.get(i).payload;
            int next = payload == null ? 0 : payload.length;
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

    /** Its event; there must be one. */
    Heard heard() {
        return new Heard(requireNonNull(envelope), requireNonNull(payload));
    }

    Arrival flawed(String reason) {
        return new Arrival(topic, partition, offset, time, key, payload, transactionId, null, reason);
    }
}
