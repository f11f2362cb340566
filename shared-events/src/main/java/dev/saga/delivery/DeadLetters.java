package dev.saga.delivery;

import dev.saga.delivery.Standings.Standing;
import dev.saga.events.TransactionId;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Records that could not be handled, and those of the same saga that wait behind them. A saga with a dead letter is
 * held: whatever else arrives for it is parked too, so that order is kept for a replay.
 */
final class DeadLetters {
    private static final String PLACE =
            "id, transaction_id, topic, partition_no, offset_no, record_time, record_key, reason, parked_at, ";
    private static final String COLUMNS = PLACE + "payload";

    /** Bytes of a payload in a list: 200 whole ones of a megabyte are more than a service has. */
    private static final int SHOWN = 16 * 1024;

    private static final int LONGEST_KEY = 255;
    private static final int LONGEST_REASON = 500;

    /** A parked record. */
    record Letter(
            long id,
            @Nullable TransactionId transactionId,
            String topic,
            int partition,
            long offset,
            long recordTime,
            byte @Nullable [] key,
            byte @Nullable [] payload,
            String reason,
            Instant time) {

        Arrival arrival(EventCodec codec) {
            return Arrival.of(topic, partition, offset, recordTime, key, payload, codec);
        }

        String readablePayload() {
            return payload == null ? "" : new String(payload, StandardCharsets.UTF_8);
        }
    }

    private final Sql sql;
    private final Clock clock;
    private final Standings standings;

    DeadLetters(Sql sql, Clock clock) {
        this.standings = new Standings(sql);
        this.sql = sql;
        this.clock = clock;
    }

    /** How a batch stands; waits for a replay of one of its sagas that is under way. */
    Mono<Standing> standing(List<Arrival> batch) {
        return standings.of(batch);
    }

    Mono<Boolean> exist() {
        return standings.exist();
    }

    /** Parks records in the current transaction; the same place of a topic is parked once. */
    Mono<Void> park(List<Arrival> arrivals) {
        return sql.insert(
                        "INSERT IGNORE INTO dead_letter (transaction_id, topic, partition_no, offset_no, record_time,"
                                + " record_key, payload, reason, parked_at) VALUES",
                        "(?,?,?,?,?,?,?,?,?)",
                        arrivals.stream().map(this::row).toList(),
                        "")
                .then();
    }

    private @Nullable Object[] row(Arrival arrival) {
        TransactionId saga = arrival.transactionId();
        byte[] key = arrival.key();
        String reason = arrival.flaw() == null ? "waits behind an earlier dead letter of its saga" : arrival.flaw();
        return new @Nullable Object[] {
            saga == null ? null : saga.value(),
            arrival.topic(),
            arrival.partition(),
            arrival.offset(),
            arrival.time(),
            key == null || key.length <= LONGEST_KEY ? key : java.util.Arrays.copyOf(key, LONGEST_KEY),
            arrival.payload(),
            reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON),
            clock.instant()
        };
    }

    /** Letters after this id, oldest first, with the first 16 KiB of their payloads. */
    Flux<Letter> list(long after, int limit) {
        return sql.rows(
                "SELECT " + PLACE + "LEFT(payload, " + SHOWN
                        + ") AS payload FROM dead_letter WHERE id > ? AND resolved_at IS NULL ORDER BY id LIMIT ?",
                List.of(after, limit),
                DeadLetters::letter);
    }

    Mono<Letter> find(long id) {
        return one(id, "");
    }

    /** A letter, locked. */
    Mono<Letter> lock(long id) {
        return one(id, " FOR UPDATE");
    }

    private Mono<Letter> one(long id, String lock) {
        String text = "SELECT " + COLUMNS + " FROM dead_letter WHERE id = ? AND resolved_at IS NULL" + lock;
        return sql.rows(text, List.of(id), DeadLetters::letter).singleOrEmpty();
    }

    /** The next letter of the same saga; empty where this was the last. */
    Mono<Letter> after(Letter letter) {
        TransactionId saga = letter.transactionId();
        return saga == null
                ? Mono.empty()
                : sql.rows(
                                "SELECT " + COLUMNS + " FROM dead_letter WHERE transaction_id = ? AND id > ?"
                                        + " AND resolved_at IS NULL ORDER BY id LIMIT 1",
                                List.of(saga.value(), letter.id()),
                                DeadLetters::letter)
                        .singleOrEmpty();
    }

    /** A letter is done with, replayed or discarded; false where there is no such letter any more. */
    Mono<Boolean> resolve(long id) {
        return sql.update(
                        "UPDATE dead_letter SET resolved_at = ?, payload = NULL WHERE id = ? AND resolved_at IS NULL",
                        List.of(clock.instant(), id))
                .map(rows -> rows > 0);
    }

    private static Letter letter(Row row) {
        String saga = row.get("transaction_id", String.class);
        return new Letter(
                Sql.get(row, "id", Long.class),
                saga == null ? null : TransactionId.of(saga),
                Sql.get(row, "topic", String.class),
                Sql.get(row, "partition_no", Integer.class),
                Sql.get(row, "offset_no", Long.class),
                Sql.get(row, "record_time", Long.class),
                row.get("record_key", byte[].class),
                row.get("payload", byte[].class),
                Sql.get(row, "reason", String.class),
                Sql.instant(row, "parked_at"));
    }
}
