package dev.saga.payment.store;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.PaymentEvent.FailReason;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.payment.domain.Claim;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import dev.saga.payment.domain.Result;
import dev.saga.payment.domain.Trigger;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Maps a payment to a row of its table and back. */
final class PaymentRow {
    static final String COLUMNS = "transaction_id, status, amount, payment_token, payment_id, fail_reason,"
            + " fail_detail, cancelled, in_doubt, attempts, trigger_id, traceparent, created_at, updated_at";

    /** The columns for reading, including whether the charge was ever claimed. */
    static final String READ = COLUMNS + ", claimed_at IS NOT NULL AS claimed";

    private static final int LONGEST_DETAIL = 200;
    private static final int LONGEST_TRACEPARENT = 55;

    /**
     * Work whose lease is over.
     *
     * @param tooOld true if the gateway may have forgotten the key of the charge
     */
    record Due(Payment payment, boolean tooOld) {}

    private final Clock clock;
    private final Duration lease;

    PaymentRow(Clock clock, Duration lease) {
        this.clock = clock;
        this.lease = lease;
    }

    /** Returns the columns, then whether the charge is claimed, then the lease of its work in microseconds. */
    @Nullable Object[] values(Payment payment) {
        Result result = payment.result();
        Trigger trigger = payment.trigger();
        return new @Nullable Object[] {
            payment.id().value(),
            payment.status().name(),
            payment.amount() == null ? null : payment.amount().minor(),
            payment.token() == null ? null : payment.token().text(),
            result.paymentId(),
            result.failReason() == null ? null : result.failReason().name(),
            shortened(result.failDetail()),
            payment.cancelled(),
            payment.inDoubt(),
            payment.attempts(),
            trigger == null ? null : trigger.eventId(),
            trigger == null ? null : traceparent(trigger),
            payment.createdAt(),
            clock.instant(),
            payment.claim() != Claim.NONE,
            leaseMicros(payment)
        };
    }

    private static @Nullable String shortened(@Nullable String detail) {
        return detail == null || detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL);
    }

    /** Returns null if there is no work. An unclaimed charge can be taken up at once. */
    private @Nullable Long leaseMicros(Payment payment) {
        return switch (payment.task()) {
            case NOTHING -> null;
            case CHARGE -> payment.claim() == Claim.NONE ? Long.valueOf(0) : Long.valueOf(lease.toNanos() / 1000);
            case REFUND -> lease.toNanos() / 1000;
        };
    }

    /** Returns null for a context of unusual form; a new trace then begins. */
    private static @Nullable String traceparent(Trigger trigger) {
        String context = trigger.traceparent();
        boolean usual = context != null
                && context.length() <= LONGEST_TRACEPARENT
                && StandardCharsets.US_ASCII.newEncoder().canEncode(context);
        return usual ? context : null;
    }

    static Due due(Row row) {
        return new Due(payment(row), Boolean.TRUE.equals(row.get("too_old", Boolean.class)));
    }

    static Payment payment(Row row) {
        Long amount = row.get("amount", Long.class);
        String token = row.get("payment_token", String.class);
        String reason = row.get("fail_reason", String.class);
        UUID trigger = row.get("trigger_id", UUID.class);
        PaymentStatus status = PaymentStatus.valueOf(Sql.get(row, "status", String.class));
        return new Payment(
                new TransactionId(Sql.get(row, "transaction_id", UUID.class)),
                amount == null ? null : new Money(amount),
                token == null ? null : new PaymentToken(token),
                new Result(
                        status,
                        row.get("payment_id", String.class),
                        reason == null ? null : FailReason.valueOf(reason),
                        row.get("fail_detail", String.class)),
                Sql.get(row, "cancelled", Boolean.class),
                claim(row, status),
                Sql.get(row, "attempts", Integer.class),
                trigger == null ? null : new Trigger(trigger, row.get("traceparent", String.class)),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "updated_at"));
    }

    private static Claim claim(Row row, PaymentStatus status) {
        if (Sql.get(row, "in_doubt", Boolean.class)) {
            return Claim.DOUBTFUL;
        }
        boolean held = status == PaymentStatus.AUTHORIZING && Sql.get(row, "claimed", Boolean.class);
        return held ? Claim.HELD : Claim.NONE;
    }
}
