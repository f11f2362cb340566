package dev.saga.delivery.audit;

import dev.saga.delivery.sql.Sql;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The record of operators' actions. Rows are never changed or deleted: an operator's action costs about 200 bytes. */
public final class Audit {
    private static final int LONGEST_TEXT = 500;

    private final Sql sql;
    private final Clock clock;

    public Audit(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Stores an action of the operator in the context. Inside a transaction the row is committed with the change, or not
     * at all.
     *
     * @param result at most 500 characters are kept
     */
    public Mono<Void> add(String action, String target, String result) {
        return Mono.deferContextual(context -> {
            Operator operator = Operator.in(context);
            @Nullable Object[] row = {clock.instant(), operator.subject(), action, cut(target), operator.reason(), cut(result)};
            return sql.insert(
                            "INSERT INTO audit (done_at, subject, action, target, reason, result) VALUES",
                            "(?,?,?,?,?,?)",
                            Collections.singletonList(row),
                            "")
                    .then();
        });
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }

    /** Returns entries with ids below {@code before}, newest first. */
    public Flux<AuditEntry> list(long before, int limit) {
        return sql.rows(
                "SELECT id, done_at, subject, action, target, reason, result FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
                List.of(before, limit),
                AuditEntry::of);
    }
}
