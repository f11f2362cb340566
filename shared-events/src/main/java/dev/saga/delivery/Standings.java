package dev.saga.delivery;

import dev.saga.delivery.Arrival.Place;
import dev.saga.events.TransactionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds out what dead letters mean for a batch that has arrived. */
final class Standings {
    /**
     * What dead letters mean for a batch.
     *
     * @param held sagas with a letter: what arrives for them is parked too
     * @param resolved places whose record was replayed or discarded: it is not handled again
     */
    record Standing(Set<TransactionId> held, Set<Place> resolved) {
        static final Standing NONE = new Standing(Set.of(), Set.of());
    }

    private final Sql sql;

    Standings(Sql sql) {
        this.sql = sql;
    }

    /** How a batch stands; waits for a replay of one of its sagas that is under way. */
    Mono<Standing> of(List<Arrival> batch) {
        return heldAmong(batch).flatMap(held -> resolvedAmong(batch).map(resolved -> new Standing(held, resolved)));
    }

    /** Whether there are any, be they resolved. */
    Mono<Boolean> exist() {
        return sql.rows("SELECT 1 AS some FROM dead_letter LIMIT 1", List.of(), row -> true)
                .collectList()
                .map(some -> !some.isEmpty());
    }

    private Mono<Set<TransactionId>> heldAmong(List<Arrival> batch) {
        List<UUID> ids = batch.stream()
                .map(Arrival::transactionId)
                .filter(Objects::nonNull)
                .map(TransactionId::value)
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
        Map<String, List<Arrival>> byPartition =
                batch.stream().collect(Collectors.groupingBy(arrival -> arrival.topic() + "/" + arrival.partition()));
        return Flux.fromIterable(byPartition.values())
                .concatMap(this::resolvedOfPartition)
                .collect(HashSet::new, Set::add);
    }

    private Flux<Place> resolvedOfPartition(List<Arrival> arrivals) {
        List<Object> values = new ArrayList<>(
                List.of(arrivals.getFirst().topic(), arrivals.getFirst().partition()));
        arrivals.forEach(arrival -> values.add(arrival.offset()));
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
