package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.Arrival.Place;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.event.TransactionId;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A parked record. */
record DeadLetter(
        long id,
        @Nullable TransactionId transactionId,
        String topic,
        int partition,
        long offset,
        long recordTime,
        byte @Nullable [] key,
        EventHeaders headers,
        @Nullable Payload payload,
        String reason,
        Instant time) {

    Arrival arrival(EventCodec codec) {
        var place = new Place(topic, partition, offset, recordTime);
        return Arrival.of(place, key, payload, headers, codec);
    }

    String readablePayload() {
        return payload == null ? "" : new String(payload.bytes(), StandardCharsets.UTF_8);
    }

    long payloadBytes() {
        return payload == null ? 0 : payload.length();
    }

    static DeadLetter of(Row row) {
        UUID saga = row.get("transaction_id", UUID.class);
        return new DeadLetter(
                Sql.get(row, "id", Long.class),
                saga == null ? null : new TransactionId(saga),
                Sql.get(row, "topic", String.class),
                Sql.get(row, "partition_no", Integer.class),
                Sql.get(row, "offset_no", Long.class),
                Sql.get(row, "record_time", Long.class),
                row.get("record_key", byte[].class),
                EventHeaders.parse(row.get("headers", String.class)),
                payload(row),
                Sql.get(row, "reason", String.class),
                Sql.instant(row, "parked_at"));
    }

    private static @Nullable Payload payload(Row row) {
        byte[] bytes = row.get("payload", byte[].class);
        return bytes == null
                ? null
                : new Payload(
                        bytes, Sql.get(row, "payload_bytes", Long.class), row.get("payload_sha256", byte[].class));
    }
}
