package dev.saga.delivery.audit;

import dev.saga.delivery.sql.Sql;
import io.r2dbc.spi.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One action of an operator.
 *
 * @param time when it was committed, by the clock of the service
 * @param action {@code saga.cancel}, {@code saga.nudge}, {@code dead-letter.replay}, {@code dead-letter.discard},
 *     {@code relay.pause} or {@code relay.resume}
 * @param target the saga's transaction id, the ids of the dead letters, or the shards
 * @param reason the operator's reason; null if none was given
 * @param result the effect, or why there was none
 */
public record AuditEntry(
        long id,
        Instant time,
        String subject,
        String action,
        String target,
        @Nullable String reason,
        String result) {
    static AuditEntry of(Row row) {
        return new AuditEntry(
                Sql.get(row, "id", Long.class),
                Sql.instant(row, "done_at"),
                Sql.get(row, "subject", String.class),
                Sql.get(row, "action", String.class),
                Sql.get(row, "target", String.class),
                row.get("reason", String.class),
                Sql.get(row, "result", String.class));
    }
}
