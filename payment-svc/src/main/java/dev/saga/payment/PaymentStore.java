package dev.saga.payment;

import dev.saga.delivery.Sql;
import dev.saga.events.Money;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.PaymentToken;
import dev.saga.events.TransactionId;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import dev.saga.payment.domain.Trigger;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Payments in the database, whole batches at a time. Leases are set and judged by the database's clock. */
@Component
public class PaymentStore {
    private static final int LONGEST_DETAIL = 200;
    private static final int LONGEST_TRACEPARENT = 55;
    private static final String COLUMNS = "transaction_id, status, amount, payment_token, payment_id, fail_reason,"
            + " fail_detail, cancelled, in_doubt, attempts, trigger_id, traceparent, created_at, updated_at";
    private static final String INSERT = "INSERT INTO payment (" + COLUMNS + ", due_at) VALUES";
    private static final String TUPLE = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM payment ";

    private final Sql sql;
    private final Clock clock;
    private final Duration lease;

    PaymentStore(Sql sql, Clock clock, PaymentProperties properties) {
        this.sql = sql;
        this.clock = clock;
        this.lease = properties.lease();
    }

    /** Loads and locks those that exist, in the order of their ids. */
    Mono<Map<TransactionId, Payment>> lock(Collection<TransactionId> ids) {
        return sql.rows(
                        SELECT + "WHERE transaction_id IN (" + Sql.marks(ids) + ") ORDER BY transaction_id FOR UPDATE",
                        values(ids),
                        PaymentStore::payment)
                .collectMap(Payment::id);
    }

    /** Adds new ones. Fails on one that a rival has just added: the transaction runs again and reads it. */
    Mono<Long> add(List<Payment> payments) {
        return sql.insert(INSERT, TUPLE, payments.stream().map(this::row).toList(), "");
    }

    /** Overwrites those that this transaction has locked. Work with the gateway is leased to this instance. */
    Mono<Long> save(List<Payment> payments) {
        return sql.insert(
                INSERT,
                TUPLE,
                payments.stream().map(this::row).toList(),
                "ON DUPLICATE KEY UPDATE status = VALUES(status), payment_id = VALUES(payment_id),"
                        + " fail_reason = VALUES(fail_reason), fail_detail = VALUES(fail_detail),"
                        + " cancelled = VALUES(cancelled), in_doubt = VALUES(in_doubt), attempts = VALUES(attempts),"
                        + " trigger_id = VALUES(trigger_id), traceparent = VALUES(traceparent),"
                        + " updated_at = VALUES(updated_at), due_at = VALUES(due_at)");
    }

    private @Nullable Object[] row(Payment payment) {
        String detail = payment.failDetail();
        Trigger trigger = payment.trigger();
        return new @Nullable Object[] {
            payment.id().value(),
            payment.status().name(),
            payment.amount() == null ? null : payment.amount().minor(),
            payment.token() == null ? null : payment.token().text(),
            payment.paymentId(),
            payment.failReason() == null ? null : payment.failReason().name(),
            detail == null || detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL),
            payment.cancelled(),
            payment.inDoubt(),
            payment.attempts(),
            trigger == null ? null : trigger.eventId(),
            trigger == null ? null : traceparent(trigger),
            payment.createdAt(),
            clock.instant(),
            payment.task() == GatewayTask.NOTHING ? null : lease.toNanos() / 1000
        };
    }

    /** A context that is not of the usual form is not worth keeping: a trace of its own begins. */
    private static @Nullable String traceparent(Trigger trigger) {
        String context = trigger.traceparent();
        boolean usual = context != null
                && context.length() <= LONGEST_TRACEPARENT
                && StandardCharsets.US_ASCII.newEncoder().canEncode(context);
        return usual ? context : null;
    }

    /**
     * Takes up work whose lease is over, for another lease; locks it until the end of the transaction.
     */
    Mono<List<Payment>> takeUp(int limit) {
        return sql.rows(
                        SELECT + "WHERE due_at <= UTC_TIMESTAMP(3) ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED",
                        List.of(limit),
                        PaymentStore::payment)
                .map(Payment::takenUp)
                .collectList()
                .flatMap(taken -> save(taken).thenReturn(taken));
    }

    /** Leaves this work for anybody, after a pause. */
    Mono<Long> postpone(Payment payment, Duration pause) {
        return sql.update(
                "UPDATE payment SET due_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND"
                        + " WHERE due_at IS NOT NULL AND transaction_id = ?",
                List.of(pause.toNanos() / 1000, payment.id().value()));
    }

    /** One payment. */
    public Mono<Payment> find(TransactionId id) {
        return sql.rows(SELECT + "WHERE transaction_id = ?", List.of(id.value()), PaymentStore::payment)
                .singleOrEmpty();
    }

    private static List<UUID> values(Collection<TransactionId> ids) {
        return ids.stream().sorted().map(TransactionId::value).toList();
    }

    private static Payment payment(Row row) {
        Long amount = row.get("amount", Long.class);
        String token = row.get("payment_token", String.class);
        String reason = row.get("fail_reason", String.class);
        String trigger = row.get("trigger_id", String.class);
        return new Payment(
                TransactionId.of(Sql.get(row, "transaction_id", String.class)),
                PaymentStatus.valueOf(Sql.get(row, "status", String.class)),
                amount == null ? null : new Money(amount),
                token == null ? null : new PaymentToken(token),
                row.get("payment_id", String.class),
                reason == null ? null : FailReason.valueOf(reason),
                row.get("fail_detail", String.class),
                Sql.get(row, "cancelled", Boolean.class),
                Sql.get(row, "in_doubt", Boolean.class),
                Sql.get(row, "attempts", Integer.class),
                trigger == null ? null : new Trigger(UUID.fromString(trigger), row.get("traceparent", String.class)),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }
}
