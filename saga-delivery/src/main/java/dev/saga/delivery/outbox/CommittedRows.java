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
 * Passes committed outbox rows to the relays of this process, so that a relay need not read them from the database.
 * These rows are on disk, because the commit of their transaction has returned.
 */
public final class CommittedRows {
    /**
     * The maximum number of rows, of at most 256 KiB each. If there are more, probably a relay of another process
     * publishes them. A relay reads forgotten rows from the database.
     */
    private static final int MOST = 64;

    private final Signal signal = new Signal();
    private final Map<Long, OutboxBatch> rows = new ConcurrentHashMap<>();

    /** Adds rows that have been committed, and wakes the relays. */
    void add(List<OutboxBatch> committed) {
        if (rows.size() + committed.size() > MOST) {
            rows.clear();
        }
        committed.forEach(row -> rows.put(row.id(), row));
        ring();
    }

    /** Removes and returns those of these rows that are known, and therefore on disk. */
    Map<Long, OutboxBatch> take(Collection<Long> ids) {
        return ids.stream()
                .map(rows::remove)
                .filter(Objects::nonNull)
                .collect(Collectors.toMap(OutboxBatch::id, row -> row));
    }

    void ring() {
        signal.ring();
    }

    /** Completes at the first {@link #ring} after this call. */
    Mono<Void> listen() {
        return signal.listen();
    }
}
