package dev.saga.order.intake;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.value.UserId;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The orders that were made under an Idempotency-Key. A key is claimed by an insert: of two requests at once, one wins.
 */
@Component
class IdempotencyKeys {

    /** The order that owns a key, and the fingerprint of the request that made it. */
    record Claim(UserId userId, String key, String fingerprint, TransactionId orderId) {}

    private final Sql sql;
    private final Clock clock;

    IdempotencyKeys(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Claims the keys of a batch. Returns the owner of each key, which may be an earlier submission. Submissions
     * without a key have no entry.
     */
    Mono<Map<Submission, Claim>> claim(List<Submission> batch) {
        List<Submission> keyed = batch.stream()
                .filter(submission -> submission.idempotencyKey() != null)
                .toList();
        if (keyed.isEmpty()) {
            return Mono.just(Map.of());
        }
        return sql.insert(
                        "INSERT IGNORE INTO idempotency_key (user_id, idem_key, fingerprint, order_id, created_at) VALUES",
                        "(?,?,?,?,?)",
                        keyed.stream().map(this::row).toList(),
                        "")
                .then(Mono.defer(() -> find(keyed)));
    }

    /**
     * Returns the owners of the keys of submissions that all have a key; claims nothing. A key without an owner has no
     * entry.
     */
    Mono<Map<Submission, Claim>> find(List<Submission> keyed) {
        return owners(keyed).map(owners -> match(keyed, owners));
    }

    private @Nullable Object[] row(Submission submission) {
        return new @Nullable Object[] {
            submission.userId().text(),
            submission.idempotencyKey(),
            submission.fingerprint(),
            submission.id().value(),
            clock.instant()
        };
    }

    private Mono<List<Claim>> owners(List<Submission> keyed) {
        String pairs = String.join(",", java.util.Collections.nCopies(keyed.size(), "(?,?)"));
        List<@Nullable Object> values = keyed.stream()
                .<@Nullable Object>mapMulti((submission, out) -> {
                    out.accept(submission.userId().text());
                    out.accept(submission.idempotencyKey());
                })
                .toList();
        return sql.rows(
                        "SELECT user_id, idem_key, fingerprint, order_id FROM idempotency_key"
                                + " WHERE (user_id, idem_key) IN (" + pairs + ")",
                        values,
                        row -> new Claim(
                                new UserId(Sql.get(row, "user_id", String.class)),
                                Sql.get(row, "idem_key", String.class),
                                Sql.get(row, "fingerprint", String.class),
                                TransactionId.of(Sql.get(row, "order_id", String.class))))
                .collectList();
    }

    private static Map<Submission, Claim> match(List<Submission> keyed, List<Claim> owners) {
        Map<Submission, Claim> claims = new HashMap<>();
        for (Submission submission : keyed) {
            owners.stream()
                    .filter(owner -> owner.userId().equals(submission.userId())
                            && owner.key().equals(submission.idempotencyKey()))
                    .forEach(owner -> claims.put(submission, owner));
        }
        return claims;
    }
}
