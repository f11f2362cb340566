package dev.saga.delivery.inbox;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Queries the held sagas: those with parked records that are neither replayed nor discarded. A parked record can be the
 * cancel of an order, so an effect outside the database waits until its saga is no longer held.
 */
public final class HeldSagas {
    private final Sql sql;

    public HeldSagas(Sql sql) {
        this.sql = sql;
    }

    /**
     * Returns those of these sagas that are held, as committed or as changed by the current transaction. Locks nothing.
     */
    public Mono<Set<TransactionId>> among(Collection<TransactionId> ids) {
        List<UUID> values = ids.stream().map(TransactionId::value).toList();
        return values.isEmpty()
                ? Mono.just(Set.of())
                : sql.rows(
                                "SELECT DISTINCT transaction_id FROM dead_letter WHERE transaction_id IN ("
                                        + Sql.marks(values) + ") AND resolved_at IS NULL",
                                values,
                                row -> new TransactionId(Sql.get(row, "transaction_id", UUID.class)))
                        .collect(HashSet::new, Set::add);
    }
}
