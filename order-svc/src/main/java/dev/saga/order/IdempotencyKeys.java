package dev.saga.order;

import dev.saga.delivery.sql.Sql;
import dev.saga.event.TransactionId;
import dev.saga.events.UserId;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Which order a caller's Idempotency-Key made. The key is claimed by inserting it: of two at once, one wins. */
@Component
class IdempotencyKeys {

    /** Who owns a key. */
    record Claim(UserId userId, String key, String fingerprint, TransactionId orderId) {}

    private final Sql sql;
    private final Clock clock;

    IdempotencyKeys(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Claims the keys of a batch; answers the owner of each, which may be an earlier wish. Wishes without key: none. */
    Mono<Map<Submission, Claim>> claim(List<Submission> batch) {
        List<Submission> keyed =
                batch.stream().filter(p -> p.idempotencyKey() != null).toList();
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

    /** The owners of the keys of a batch, each wish with a key; nothing is claimed. */
    Mono<Map<Submission, Claim>> find(List<Submission> keyed) {
        return owners(keyed).map(owners -> matched(keyed, owners));
    }

    private @Nullable Object[] row(Submission placement) {
        return new @Nullable Object[] {
            placement.userId().text(),
            placement.idempotencyKey(),
            placement.fingerprint(),
            placement.id().value(),
            clock.instant()
        };
    }

    private Mono<List<Claim>> owners(List<Submission> keyed) {
        String pairs = String.join(",", java.util.Collections.nCopies(keyed.size(), "(?,?)"));
        List<@Nullable Object> values = keyed.stream()
                .<@Nullable Object>mapMulti((placement, out) -> {
                    out.accept(placement.userId().text());
                    out.accept(placement.idempotencyKey());
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

    private static Map<Submission, Claim> matched(List<Submission> keyed, List<Claim> owners) {
        Map<Submission, Claim> claims = new HashMap<>();
        for (Submission placement : keyed) {
            owners.stream()
                    .filter(owner -> owner.userId().equals(placement.userId())
                            && owner.key().equals(placement.idempotencyKey()))
                    .forEach(owner -> claims.put(placement, owner));
        }
        return claims;
    }
}
