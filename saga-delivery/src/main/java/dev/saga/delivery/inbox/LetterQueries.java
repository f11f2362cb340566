package dev.saga.delivery.inbox;

import static java.util.Objects.requireNonNull;

import dev.saga.delivery.inbox.Arrival.Place;
import dev.saga.delivery.inbox.DeadLetterDesk.Held;
import dev.saga.delivery.inbox.DeadLetters.Filter;
import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import io.r2dbc.spi.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Queries what dead letters mean for a batch of consumed records, and which sagas they hold. */
final class LetterQueries {
    /**
     * The hash of an event's data, with its saga; equal for a step and its repetition.
     *
     * @param hash as hexadecimal digits
     */
    record Content(TransactionId saga, String hash) {
        static Content of(Arrival arrival) {
            return new Content(
                    requireNonNull(arrival.transactionId()),
                    HexFormat.of().formatHex(requireNonNull(arrival.content())));
        }
    }

    /**
     * The effect of dead letters on a batch.
     *
     * @param held sagas with an unresolved letter: later records of them are parked too
     * @param waiting events of the batch whose data an unresolved letter of their saga already has, because a nudge
     *     repeats an event under a new id: they are not parked again
     * @param resolved positions whose record was replayed or discarded: it is not handled again
     * @param assumed true if the letters were not queried
     */
    record LetterEffect(Set<TransactionId> held, Set<Content> waiting, Set<Place> resolved, boolean assumed) {
        static final LetterEffect NONE = new LetterEffect(Set.of(), Set.of(), Set.of(), false);
        static final LetterEffect ASSUMED = new LetterEffect(Set.of(), Set.of(), Set.of(), true);
    }

    /** The saga of a letter, or its id if it has no saga. */
    private static final String KEY = "COALESCE(CAST(transaction_id AS CHAR(36)), CAST(id AS CHAR(36)))";

    private final Sql sql;

    LetterQueries(Sql sql) {
        this.sql = sql;
    }

    /** Queries the effect of dead letters on a batch. Waits for a replay of one of its sagas that is in progress. */
    Mono<LetterEffect> effectOn(List<Arrival> batch) {
        return sagasWithLetters(batch)
                .concatMap(this::lockFirst)
                .<Set<TransactionId>>collect(HashSet::new, Set::add)
                .flatMap(held -> waitingAmong(batch, held)
                        .flatMap(waiting -> resolvedAmong(batch)
                                .map(resolved -> new LetterEffect(held, waiting, resolved, false))));
    }

    /** Returns true if any dead letter exists, including resolved ones. */
    Mono<Boolean> exist() {
        return sql.rows("SELECT 1 AS found FROM dead_letter LIMIT 1", List.of(), row -> true)
                .collectList()
                .map(found -> !found.isEmpty());
    }

    /**
     * Returns the sagas of which at least one letter matches and whose first letter has an id above {@code after}, in
     * the order of their first letters.
     */
    Flux<Held> held(Filter filter, long after, int limit) {
        List<Object> values = new ArrayList<>(filter.values());
        values.addAll(List.of(after, limit));
        return sql.rows(
                "SELECT MIN(id) AS first, MAX(CAST(transaction_id AS CHAR(36))) AS saga, COUNT(*) AS letters"
                        + " FROM dead_letter WHERE resolved_at IS NULL AND " + KEY + " IN (SELECT " + KEY
                        + " FROM dead_letter WHERE resolved_at IS NULL" + filter.condition() + ") GROUP BY " + KEY
                        + " HAVING MIN(id) > ? ORDER BY MIN(id) LIMIT ?",
                values,
                LetterQueries::held);
    }

    private static Held held(Row row) {
        String saga = row.get("saga", String.class);
        return new Held(
                Sql.get(row, "first", Long.class),
                saga == null ? null : TransactionId.of(saga),
                Sql.get(row, "letters", Long.class));
    }

    /** Queries the committed state; sorted in the order in which every transaction locks the sagas. */
    private Flux<TransactionId> sagasWithLetters(List<Arrival> batch) {
        List<UUID> ids = batch.stream()
                .map(Arrival::transactionId)
                .filter(Objects::nonNull)
                .map(TransactionId::value)
                .distinct()
                .toList();
        return ids.isEmpty()
                ? Flux.empty()
                : sql.rows(
                                "SELECT DISTINCT transaction_id FROM dead_letter WHERE transaction_id IN ("
                                        + Sql.marks(ids) + ") AND resolved_at IS NULL",
                                ids,
                                LetterQueries::saga)
                        .sort();
    }

    /**
     * Locks the first unresolved letter of a saga. This waits for a replay in progress; if no letter is left after it, the
     * saga is no longer held.
     */
    private Flux<TransactionId> lockFirst(TransactionId saga) {
        return sql.rows(
                "SELECT transaction_id FROM dead_letter WHERE transaction_id = ? AND resolved_at IS NULL"
                        + " ORDER BY id LIMIT 1 FOR UPDATE",
                List.of(saga.value()),
                LetterQueries::saga);
    }

    private static TransactionId saga(Row row) {
        return new TransactionId(Sql.get(row, "transaction_id", UUID.class));
    }

    private Mono<Set<Content>> waitingAmong(List<Arrival> batch, Set<TransactionId> held) {
        List<Arrival> behind = batch.stream()
                .filter(arrival -> arrival.event() != null && held.contains(arrival.transactionId()))
                .toList();
        if (behind.isEmpty()) {
            return Mono.just(Set.of());
        }
        List<@Nullable Object> values = new ArrayList<>();
        behind.forEach(arrival -> {
            values.add(requireNonNull(arrival.transactionId()).value());
            values.add(arrival.content());
        });
        String pairs = String.join(",", Collections.nCopies(behind.size(), "(?,?)"));
        return sql.rows(
                        "SELECT transaction_id, content FROM dead_letter WHERE (transaction_id, content) IN (" + pairs
                                + ") AND resolved_at IS NULL",
                        values,
                        row -> new Content(saga(row), HexFormat.of().formatHex(Sql.get(row, "content", byte[].class))))
                .collect(HashSet::new, Set::add);
    }

    private Mono<Set<Place>> resolvedAmong(List<Arrival> batch) {
        Map<String, List<Arrival>> byPartition = batch.stream()
                .collect(Collectors.groupingBy(arrival ->
                        arrival.place().topic() + "/" + arrival.place().partition()));
        return Flux.fromIterable(byPartition.values())
                .concatMap(this::resolvedOfPartition)
                .collect(HashSet::new, Set::add);
    }

    private Flux<Place> resolvedOfPartition(List<Arrival> arrivals) {
        List<Object> values = new ArrayList<>(List.of(
                arrivals.getFirst().place().topic(), arrivals.getFirst().place().partition()));
        arrivals.forEach(arrival -> values.add(arrival.place().offset()));
        return sql.rows(
                "SELECT topic, partition_no, offset_no, record_time FROM dead_letter WHERE topic = ?"
                        + " AND partition_no = ? AND offset_no IN (" + Sql.marks(arrivals)
                        + ") AND resolved_at IS NOT NULL",
                values,
                row -> new Place(
                        Sql.get(row, "topic", String.class),
                        Sql.get(row, "partition_no", Integer.class),
                        Sql.get(row, "offset_no", Long.class),
                        Sql.get(row, "record_time", Long.class)));
    }
}
