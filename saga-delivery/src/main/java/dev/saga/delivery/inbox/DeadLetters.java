package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.Arrival.Flaw;
import dev.saga.delivery.inbox.DeadLetterDesk.Held;
import dev.saga.delivery.inbox.LetterQueries.LetterEffect;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.delivery.wire.Payload;
import dev.saga.event.TransactionId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores records that could not be handled, and later records of the same saga. A saga with a dead letter is held:
 * every later record of it is parked too, so that a replay keeps the order.
 */
public final class DeadLetters {
    private static final String PLACE =
            "id, transaction_id, topic, partition_no, offset_no, record_time, record_key, headers, payload_bytes,"
                    + " payload_sha256, reason, parked_at, ";
    private static final String COLUMNS = PLACE + "payload";

    /** Bytes of each payload in a list. 200 whole payloads of 1 MB would need more memory than a service has. */
    private static final int SHOWN = 16 * 1024;

    /** Bytes of a row without its payload: headers, reason, key and the other columns. */
    private static final int OTHER_COLUMNS = 128 * 1024;

    private static final int LONGEST_KEY = 255;
    private static final int LONGEST_REASON = 500;
    private static final Flaw WAITS = new Flaw("waits", "waits behind an earlier dead letter of its saga");

    private final Sql sql;
    private final Clock clock;
    private final LetterQueries queries;

    public DeadLetters(Sql sql, Clock clock) {
        this.queries = new LetterQueries(sql);
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Selects dead letters.
     *
     * @param transactionId letters of this saga only; null for all
     * @param reason letters whose reason contains this text; null for all
     */
    public record Filter(
            @Nullable TransactionId transactionId, @Nullable String reason) {
        /** Returns the condition, which follows another one. */
        String condition() {
            return (transactionId == null ? "" : " AND transaction_id = ?")
                    + (reason == null ? "" : " AND POSITION(? IN reason) > 0");
        }

        List<Object> values() {
            List<Object> values = new ArrayList<>();
            if (transactionId != null) {
                values.add(transactionId.value());
            }
            if (reason != null) {
                values.add(reason);
            }
            return values;
        }
    }

    /** Returns what dead letters mean for a batch. Waits for a replay of one of its sagas that is in progress. */
    Mono<LetterEffect> effectOn(List<Arrival> batch) {
        return queries.effectOn(batch);
    }

    Mono<Boolean> exist() {
        return queries.exist();
    }

    /**
     * Parks records in the current transaction; each position of a topic is parked once. A payload that is too long for
     * a statement is stored cut, with its length and its hash.
     *
     * @return number of records that were not parked before
     */
    Mono<Long> park(List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return Mono.just(0L);
        }
        int most = Math.clamp(sql.longestStatement() - OTHER_COLUMNS, 0, Integer.MAX_VALUE);
        List<Arrival> storable =
                arrivals.stream().map(arrival -> storable(arrival, most)).toList();
        return Flux.fromIterable(Arrival.portions(storable, most / 2))
                .concatMap(this::insert)
                .reduce(0L, Long::sum);
    }

    /**
     * Cuts a payload that is too long for a statement. Half of the limit always fits, because no byte takes more than
     * two bytes in a statement.
     */
    private static Arrival storable(Arrival arrival, int most) {
        Payload payload = arrival.payload();
        boolean fits = payload == null || StatementLimit.quoted(payload.bytes()) <= most;
        return fits ? arrival : arrival.cut(most / 2);
    }

    private Mono<Long> insert(List<Arrival> arrivals) {
        return sql.insertNew(
                "dead_letter (transaction_id, topic, partition_no, offset_no, record_time, record_key,"
                        + " headers, payload, payload_bytes, payload_sha256, content, kind, reason, parked_at)",
                "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                arrivals.stream().map(this::row).toList());
    }

    private @Nullable Object[] row(Arrival arrival) {
        TransactionId saga = arrival.transactionId();
        Payload payload = arrival.payload();
        byte[] key = arrival.key();
        Flaw flaw = arrival.flaw() == null ? WAITS : arrival.flaw();
        String reason = flaw.text();
        return new @Nullable Object[] {
            saga == null ? null : saga.value(),
            arrival.place().topic(),
            arrival.place().partition(),
            arrival.place().offset(),
            arrival.place().time(),
            key == null || key.length <= LONGEST_KEY ? key : java.util.Arrays.copyOf(key, LONGEST_KEY),
            arrival.headers().toText(),
            payload == null ? null : payload.bytes(),
            payload == null ? 0L : payload.length(),
            payload == null ? null : payload.sha256(),
            arrival.content(),
            flaw.kind(),
            reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON),
            clock.instant()
        };
    }

    /** Returns matching letters with ids above {@code after}, oldest first, with the first 16 KiB of their payloads. */
    Flux<DeadLetter> list(Filter filter, long after, int limit) {
        List<Object> values = new ArrayList<>(List.of(after));
        values.addAll(filter.values());
        values.add(limit);
        return sql.rows(
                "SELECT " + PLACE + "SUBSTRING(payload FROM 1 FOR " + SHOWN
                        + ") AS payload FROM dead_letter WHERE id > ?" + " AND resolved_at IS NULL" + filter.condition()
                        + " ORDER BY id LIMIT ?",
                values,
                DeadLetter::of);
    }

    /** Returns the sagas that have matching letters, see {@link LetterQueries#held}. */
    Flux<Held> held(Filter filter, long after, int limit) {
        return queries.held(filter, after, limit);
    }

    /** Finds an unresolved letter; empty if there is none. */
    Mono<DeadLetter> find(long id) {
        return letters("id = ?", List.of(id), 1, "").singleOrEmpty();
    }

    /** Locks and returns letters, oldest first, without those that were resolved in the meantime. */
    Flux<DeadLetter> lock(List<Long> ids) {
        return letters("id IN (" + Sql.marks(ids) + ")", ids, ids.size(), " FOR UPDATE");
    }

    /** Returns the ids of the next letters of the same saga, oldest first; empty if this was the last. */
    Mono<List<Long>> idsAfter(TransactionId saga, long id, int limit) {
        return sql.rows(
                        "SELECT id FROM dead_letter WHERE transaction_id = ? AND id > ? AND resolved_at IS NULL"
                                + " ORDER BY id LIMIT ?",
                        List.of(saga.value(), id, limit),
                        row -> Sql.get(row, "id", Long.class))
                .collectList();
    }

    private Flux<DeadLetter> letters(String condition, List<Long> ids, int limit, String lock) {
        String text = "SELECT " + COLUMNS + " FROM dead_letter WHERE " + condition
                + " AND resolved_at IS NULL ORDER BY id LIMIT " + limit + lock;
        return sql.rows(text, ids, DeadLetter::of);
    }

    /**
     * Marks letters as resolved (replayed or discarded) and deletes their payloads; returns the number of letters that
     * were unresolved.
     */
    Mono<Long> resolve(List<Long> ids) {
        List<Object> values = new ArrayList<>();
        values.add(clock.instant());
        values.addAll(ids);
        return sql.update(
                "UPDATE dead_letter SET resolved_at = ?, payload = NULL WHERE id IN (" + Sql.marks(ids)
                        + ") AND resolved_at IS NULL",
                values);
    }
}
