package dev.saga.delivery;

import dev.saga.delivery.Arrival.Place;
import dev.saga.events.TransactionId;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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

    /**
     * What dead letters mean for a batch.
     *
     * @param held sagas with a letter: what arrives for them is parked too
     * @param resolved places whose record was replayed or discarded: it is not handled again
     */
    record Standing(Set<TransactionId> held, Set<Place> resolved) {
        private static final Standing NONE = new Standing(Set.of(), Set.of());
    }

    /** How a batch stands; waits for a replay of one of its sagas that is under way. */
    Mono<Standing> standing(List<Arrival> batch) {
        return sql.rows("SELECT 1 AS some FROM dead_letter LIMIT 1", List.of(), row -> true)
                .collectList()
                .flatMap(some -> some.isEmpty() ? Mono.just(Standing.NONE) : standingAmong(batch));
    }

    private Mono<Standing> standingAmong(List<Arrival> batch) {
        return heldAmong(batch).flatMap(held -> resolvedAmong(batch).map(resolved -> new Standing(held, resolved)));
    }

    private Mono<Set<TransactionId>> heldAmong(List<Arrival> batch) {
        List<String> ids = batch.stream()
                .map(Arrival::transactionId)
                .filter(Objects::nonNull)
                .map(TransactionId::text)
                .distinct()
                .sorted()
                .toList();
        return ids.isEmpty()
                ? Mono.just(Set.of())
                : sql.rows(
                                "SELECT transaction_id FROM dead_letter WHERE transaction_id IN (" + Sql.marks(ids)
                                        + ") AND resolved_at IS NULL FOR UPDATE",
                                ids,
                                row -> TransactionId.of(Sql.get(row, "transaction_id", String.class)))
                        .collect(HashSet::new, Set::add);
    }

    private Mono<Set<Place>> resolvedAmong(List<Arrival> batch) {
        String places = String.join(",", Collections.nCopies(batch.size(), "(?,?,?)"));
        List<Object> values = batch.stream()
                .<Object>flatMap(arrival -> Stream.of(arrival.topic(), arrival.partition(), arrival.offset()))
                .toList();
        return sql.rows(
                        "SELECT topic, partition_no, offset_no FROM dead_letter WHERE (topic, partition_no, offset_no) IN ("
                                + places + ") AND resolved_at IS NOT NULL",
                        values,
                        row -> new Place(
                                Sql.get(row, "topic", String.class),
                                Sql.get(row, "partition_no", Integer.class),
                                Sql.get(row, "offset_no", Long.class)))
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
                "SELECT " + COLUMNS + " FROM dead_letter WHERE id > ? AND resolved_at IS NULL ORDER BY id LIMIT ?",
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
    Mono<Long> after(Letter letter) {
        TransactionId saga = letter.transactionId();
        return saga == null
                ? Mono.empty()
                : sql.rows(
                                "SELECT MIN(id) AS id FROM dead_letter"
                                        + " WHERE transaction_id = ? AND id > ? AND resolved_at IS NULL",
                                List.of(saga.text(), letter.id()),
                                row -> Optional.ofNullable(row.get("id", Long.class)))
                        .singleOrEmpty()
                        .flatMap(Mono::justOrEmpty);
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
                row.get("record_key", byte[].class),
                row.get("payload", byte[].class),
                Sql.get(row, "reason", String.class),
                Sql.instant(row, "parked_at"));
    }
}
