package dev.saga.delivery;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * What the relays of this process need not ask the database: that something was stored, and that it is on disk, because
 * the commit of a transaction of this process has returned.
 */
final class OutboxNews {
    /** More is news for a relay of another process; what is forgotten is made sure of instead. */
    private static final int MOST = 10_000;

    private final Bell bell = new Bell();
    private final Set<Long> onDisk = ConcurrentHashMap.newKeySet();

    /** These rows have been committed. */
    void stored(List<Long> rows) {
        if (onDisk.size() + rows.size() > MOST) {
            onDisk.clear();
        }
        onDisk.addAll(rows);
        ring();
    }

    /** Whether all of these rows are known to be on disk. They are forgotten: ask once. */
    boolean wereStored(List<Long> rows) {
        boolean all = true;
        for (Long row : rows) {
            all &= onDisk.remove(row);
        }
        return all;
    }

    void ring() {
        bell.ring();
    }

    /** Completes at the first news after this call. */
    Mono<Void> listen() {
        return bell.listen();
    }
}
