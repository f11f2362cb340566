package dev.saga.payment.provider.simulated;

import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import io.r2dbc.spi.Row;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The charges of the simulated gateway, by key. As at a real gateway, the first outcome of a key holds for ever. */
@Component
@OnlySimulated
class SimulatedBooks {
    private static final int RETRIES = 5;

    /** The outcome of one key. */
    record Entry(TransactionId key, String paymentId, long amount, boolean approved, boolean refunded) {}

    private final Sql sql;

    SimulatedBooks(Sql sql) {
        this.sql = sql;
    }

    /** Stores outcomes. Returns the outcomes that hold, which may be earlier ones, in the same order. */
    Mono<List<Entry>> note(List<Entry> entries) {
        return sql.insertNewReturning(
                        "simulated_charge (transaction_id, payment_id, amount, approved, refunded)",
                        "(?,?,?,?,?)",
                        entries.stream().map(SimulatedBooks::row).toList(),
                        "transaction_id",
                        SimulatedBooks::key)
                .<Set<TransactionId>>collect(HashSet::new, Set::add)
                .map(added -> firstOf(added, entries))
                .flatMap(fresh -> withEarlier(entries, fresh))
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    /** If a batch contains a key twice, its first entry is the one that was added. */
    private static Map<TransactionId, Entry> firstOf(Set<TransactionId> added, List<Entry> entries) {
        return entries.stream()
                .filter(entry -> added.contains(entry.key))
                .collect(Collectors.toMap(Entry::key, entry -> entry, (first, again) -> first));
    }

    private Mono<List<Entry>> withEarlier(List<Entry> entries, Map<TransactionId, Entry> fresh) {
        List<UUID> others = entries.stream()
                .map(Entry::key)
                .filter(key -> !fresh.containsKey(key))
                .map(TransactionId::value)
                .toList();
        if (others.isEmpty()) {
            return Mono.just(inOrder(entries, fresh));
        }
        return sql.rows(
                        "SELECT * FROM simulated_charge WHERE transaction_id IN (" + Sql.marks(others) + ")",
                        others,
                        SimulatedBooks::entry)
                .collectMap(Entry::key, earlier -> earlier, () -> new HashMap<>(fresh))
                .map(all -> inOrder(entries, all));
    }

    private static List<Entry> inOrder(List<Entry> entries, Map<TransactionId, Entry> outcomes) {
        return entries.stream()
                .map(entry -> outcomes.getOrDefault(entry.key, entry))
                .toList();
    }

    /** Refunds the charge under this key. If there is none, a later charge under this key is declined. */
    Mono<Void> refund(TransactionId key) {
        return sql.update(
                        "INSERT INTO simulated_charge (transaction_id, payment_id, amount, approved, refunded)"
                                + " VALUES (?,'',0,FALSE,TRUE) " + sql.dialect().orUpdate("transaction_id")
                                + "refunded = TRUE",
                        List.of(key.value()))
                .then();
    }

    private static @Nullable Object[] row(Entry entry) {
        return new @Nullable Object[] {
            entry.key().value(), entry.paymentId(), entry.amount(), entry.approved(), entry.refunded()
        };
    }

    private static TransactionId key(Row row) {
        return new TransactionId(Sql.get(row, "transaction_id", UUID.class));
    }

    private static Entry entry(Row row) {
        return new Entry(
                key(row),
                Sql.get(row, "payment_id", String.class),
                Sql.get(row, "amount", Long.class),
                Sql.get(row, "approved", Boolean.class),
                Sql.get(row, "refunded", Boolean.class));
    }
}
