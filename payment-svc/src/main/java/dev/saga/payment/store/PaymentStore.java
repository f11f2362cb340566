package dev.saga.payment.store;

import dev.saga.delivery.inbox.HeldSagas;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.dialect.Dialect;
import dev.saga.event.TransactionId;
import dev.saga.payment.domain.Claim;
import dev.saga.payment.domain.Payment;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Stores and loads payments, a batch per statement. Leases are set and checked by the clock of the database. */
@Component
public class PaymentStore {
    private static final String SELECT = "SELECT " + PaymentRow.READ + " FROM payment ";
    private static final String INSERT = "INSERT INTO payment (" + PaymentRow.COLUMNS + ", claimed_at, due_at) VALUES";
    private static final List<String> UPDATED = List.of(
            "status",
            "payment_token",
            "payment_id",
            "fail_reason",
            "fail_detail",
            "cancelled",
            "in_doubt",
            "attempts",
            "trigger_id",
            "traceparent",
            "updated_at");

    private final Sql sql;
    private final HeldSagas heldSagas;
    private final PaymentRow rows;
    private final StoreSettings settings;
    private final Dialect dialect;
    private final String tuple;
    private final String update;

    public PaymentStore(Sql sql, Clock clock, StoreSettings settings) {
        this.sql = sql;
        this.heldSagas = new HeldSagas(sql);
        this.rows = new PaymentRow(clock, settings.lease());
        this.settings = settings;
        this.dialect = sql.dialect();
        this.tuple =
                "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,CASE WHEN ? THEN " + dialect.now() + " END," + dialect.after("?") + ")";
        this.update = dialect.orUpdate("transaction_id")
                + UPDATED.stream()
                        .map(column -> column + " = " + dialect.provided(column))
                        .collect(Collectors.joining(", "))
                + ", claimed_at = COALESCE(payment.claimed_at, " + dialect.provided("claimed_at") + "), due_at = ";
    }

    /** Loads the payments that exist and locks them, in the order of their ids. */
    public Mono<Map<TransactionId, Payment>> lock(Collection<TransactionId> ids) {
        return sql.rows(
                        SELECT + "WHERE transaction_id IN (" + Sql.marks(ids) + ") ORDER BY transaction_id FOR UPDATE",
                        values(ids),
                        PaymentRow::payment)
                .collectMap(Payment::id);
    }

    /**
     * Adds new payments. Fails if a concurrent transaction has added one of them; the transaction then runs again and
     * reads it.
     */
    public Mono<Long> add(List<Payment> payments) {
        return sql.insert(INSERT, tuple, payments.stream().map(rows::values).toList(), "");
    }

    /**
     * Overwrites payments that this transaction has locked. A refund is leased to this instance; a claimed charge keeps
     * its lease.
     */
    public Mono<Long> save(List<Payment> payments) {
        return save(
                payments,
                "CASE WHEN " + dialect.provided("status") + " = 'AUTHORIZING' THEN payment.due_at ELSE "
                        + dialect.provided("due_at") + " END");
    }

    private Mono<Long> save(List<Payment> payments, String dueAt) {
        return sql.insert(INSERT, tuple, payments.stream().map(rows::values).toList(), update + dueAt);
    }

    /** Returns the sagas among these that have parked records; their charges wait. */
    public Mono<Set<TransactionId>> findHeld(Collection<TransactionId> ids) {
        return heldSagas.among(ids);
    }

    /** Returns, for each id in order, true if the committed state allows the gateway to be called for the charge. */
    public Mono<List<Boolean>> mayBeCharged(List<TransactionId> ids) {
        return sql.rows(SELECT + "WHERE transaction_id IN (" + Sql.marks(ids) + ")", values(ids), PaymentRow::payment)
                .filter(Payment::mayBeCharged)
                .map(Payment::id)
                .collect(Collectors.toSet())
                .map(open -> ids.stream().map(open::contains).toList());
    }

    /**
     * Takes up work whose lease is over, for another lease, and locks it until the end of the transaction. Unclaimed
     * charges of sagas with parked records are postponed.
     *
     * @param charges true for charges that are not cancelled, false for all other work
     */
    public Mono<List<Payment>> takeUp(boolean charges, int limit) {
        return sql.rows(
                        "SELECT " + PaymentRow.READ
                                + ", claimed_at < " + dialect.before("?") + " AS too_old FROM payment"
                                + " WHERE due_at <= " + dialect.now()
                                + " AND (status = 'AUTHORIZING' AND NOT cancelled) = ?"
                                + " ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED",
                        List.of(settings.keyLifetime().toNanos() / 1000, charges, limit),
                        PaymentRow::due)
                .collectList()
                .flatMap(due -> findHeld(unclaimed(due)).flatMap(held -> takeUp(due, held)));
    }

    private static List<TransactionId> unclaimed(List<PaymentRow.Due> due) {
        return due.stream()
                .map(PaymentRow.Due::payment)
                .filter(payment -> payment.mayBeCharged() && payment.claim() == Claim.NONE)
                .map(Payment::id)
                .toList();
    }

    private Mono<List<Payment>> takeUp(List<PaymentRow.Due> due, Set<TransactionId> held) {
        List<Payment> taken = due.stream()
                .filter(row -> !held.contains(row.payment().id()))
                .map(row -> row.payment().takenUp(row.tooOld()))
                .toList();
        return save(taken, dialect.provided("due_at")).then(postpone(held)).thenReturn(taken);
    }

    /** Releases work to any instance after a pause that grows with each failure. */
    public Mono<Long> postpone(Collection<TransactionId> ids) {
        long first = settings.retryRefund().toNanos() / 1000;
        long most = settings.longestPause().toNanos() / 1000;
        List<Object> values = new ArrayList<>(List.of(most, first));
        values.addAll(values(ids));
        return ids.isEmpty()
                ? Mono.just(0L)
                : sql.update(
                        "UPDATE payment SET due_at = " + dialect.after(pause()) + ", failures = failures + 1"
                                + " WHERE due_at IS NOT NULL AND transaction_id IN (" + Sql.marks(ids) + ")",
                        values);
    }

    /** Returns a random pause in microseconds, at most the first parameter; the second one doubles with each failure. */
    private String pause() {
        return "ROUND(LEAST(?, ? * POWER(2, LEAST(failures, 30))) * (0.75 + " + dialect.random() + " / 4))";
    }

    /** Returns one payment; empty if there is none. */
    public Mono<Payment> find(TransactionId id) {
        return sql.rows(SELECT + "WHERE transaction_id = ?", List.of(id.value()), PaymentRow::payment)
                .singleOrEmpty();
    }

    private static List<UUID> values(Collection<TransactionId> ids) {
        return ids.stream().sorted().map(TransactionId::value).toList();
    }
}
