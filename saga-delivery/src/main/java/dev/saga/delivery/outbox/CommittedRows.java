package dev.saga.delivery.outbox;

import dev.saga.delivery.work.Signal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * What the relays of this process need not ask the database: that something was stored, what it is, and that it is on
 * disk, because the commit of a transaction of this process has returned.
 */
public final class CommittedRows {
    /** Of at most 256 KiB each. More is news for a relay of another process; what is forgotten is read instead. */
    private static final int MOST = 64;

    private final Signal bell = new Signal();
    private final Map<Long, OutboxBatch> rows = new ConcurrentHashMap<>();

    /** These rows have been committed. */
    void stored(List<OutboxBatch> committed) {
        if (rows.size() + committed.size() > MOST) {
            rows.clear();
        }
        committed.forEach(row -> rows.put(row.id(), row));
        ring();
    }

    /** Those of these rows that are known, and so on disk. They are forgotten: ask once. */
    Map<Long, OutboxBatch> take(Collection<Long> ids) {
        return ids.stream()
                .map(rows::remove)
                .filter(Objects::nonNull)
                .collect(Collectors.toMap(OutboxBatch::id, row -> row));
    }

    void ring() {
        bell.ring();
    }

    /** Completes at the first news after this call. */
    Mono<Void> listen() {
        return bell.listen();
    }
}
