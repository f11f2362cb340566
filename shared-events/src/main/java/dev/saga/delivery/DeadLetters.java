package dev.saga.delivery;

import dev.saga.events.TransactionId;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Records that could not be handled, and those of the same saga that wait behind them. A saga with a dead letter is
 * held: whatever else arrives for it is parked too, so that order is kept for a replay.
 */
final class DeadLetters {
    private static final String COLUMNS =
            "id, transaction_id, topic, partition_no, offset_no, record_key, payload, reason, parked_at";
    private static final int LONGEST_KEY = 255;
    private static final int LONGEST_REASON = 500;

    /** A parked record. */
    record Letter(
            long id,
            @Nullable TransactionId transactionId,
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] payload,
            String reason,
            Instant time) {

        Arrival arrival(EventCodec codec) {
            return Arrival.of(topic, partition, offset, key, payload, codec);
        }

        String readablePayload() {
            return payload == null ? "" : new String(payload, StandardCharsets.UTF_8);
        }
    }

    private final Sql sql;
    private final Clock clock;

    DeadLetters(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Which of these sagas are held; waits for a replay of one of them that is under way. */
    Mono<Set<TransactionId>> held(Collection<TransactionId> sagas) {
        return sql.rows("SELECT 1 AS some FROM dead_letter LIMIT 1", List.of(), row -> true)
                .collectList()
                .map(rows -> !rows.isEmpty())
                .flatMap(some -> some && !sagas.isEmpty() ? heldAmong(sagas) : Mono.just(Set.of()));
    }

    private Mono<Set<TransactionId>> heldAmong(Collection<TransactionId> sagas) {
        String text =
                "SELECT transaction_id FROM dead_letter WHERE transaction_id IN (" + Sql.marks(sagas) + ") FOR UPDATE";
        List<String> ids = sagas.stream().map(TransactionId::text).sorted().toList();
        return sql.rows(text, ids, row -> TransactionId.of(Sql.get(row, "transaction_id", String.class)))
                .collect(HashSet::new, Set::add);
    }

    /** Parks records in the current transaction; the same place of a topic is parked once. */
    Mono<Void> park(List<Arrival> arrivals) {
        return sql.insert(
                        "INSERT IGNORE INTO dead_letter (transaction_id, topic, partition_no, offset_no, record_key,"
                                + " payload, reason, parked_at) VALUES",
                        "(?,?,?,?,?,?,?,?)",
                        arrivals.stream().map(this::row).toList(),
                        "")
                .then();
    }

    private @Nullable Object[] row(Arrival arrival) {
        TransactionId saga = arrival.transactionId();
        byte[] key = arrival.key();
        String reason = arrival.flaw() == null ? "waits behind an earlier dead letter of its saga" : arrival.flaw();
        return new @Nullable Object[] {
            saga == null ? null : saga.text(),
            arrival.topic(),
            arrival.partition(),
            arrival.offset(),
            key == null || key.length <= LONGEST_KEY ? key : java.util.Arrays.copyOf(key, LONGEST_KEY),
            arrival.payload(),
            reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON),
            clock.instant()
        };
    }

    /** Letters after this id, oldest first. */
    Flux<Letter> list(long after, int limit) {
        return sql.rows(
                "SELECT " + COLUMNS + " FROM dead_letter WHERE id > ? ORDER BY id LIMIT ?",
                List.of(after, limit),
                DeadLetters::letter);
    }

    /** A letter, locked. */
    Mono<Letter> lock(long id) {
        return sql.rows(
                        "SELECT " + COLUMNS + " FROM dead_letter WHERE id = ? FOR UPDATE",
                        List.of(id),
                        DeadLetters::letter)
                .singleOrEmpty();
    }

    /** The ids of a letter and of all later ones of its saga, in order; empty where there is no such letter. */
    Flux<Long> fromHere(long id) {
        return sql.rows(
                "SELECT l.id FROM dead_letter f JOIN dead_letter l ON l.id = f.id"
                        + " OR (l.transaction_id = f.transaction_id AND l.id > f.id) WHERE f.id = ? ORDER BY l.id",
                List.of(id),
                row -> Sql.get(row, "id", Long.class));
    }

    Mono<Boolean> delete(long id) {
        return sql.update("DELETE FROM dead_letter WHERE id = ?", List.of(id)).map(rows -> rows > 0);
    }

    private static Letter letter(Row row) {
        String saga = row.get("transaction_id", String.class);
        return new Letter(
                Sql.get(row, "id", Long.class),
                saga == null ? null : TransactionId.of(saga),
                Sql.get(row, "topic", String.class),
                Sql.get(row, "partition_no", Integer.class),
                Sql.get(row, "offset_no", Long.class),
                row.get("record_key", byte[].class),
                row.get("payload", byte[].class),
                Sql.get(row, "reason", String.class),
                Sql.instant(row, "parked_at"));
    }
}
