package dev.saga.delivery.log;

import dev.saga.delivery.sql.Sql;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Deletes old rows, at most 1,000 per transaction with a pause of 20 ms after each, so that others do not wait long for
 * its locks. A run takes at most 5 s; the rest follows in the next run. Several instances can run it at once.
 */
public final class Pruning {
    private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);
    private static final int ROWS = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Sql sql;
    private final Clock clock;

    public Pruning(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Deletes the rows whose UUID of version 7, the first column of the table's key, is older than {@code keep}. */
    public Mono<Void> byId(String table, String column, Duration keep) {
        UUID oldest = smallest(clock.instant().minus(keep));
        return prune(table, column, "CAST(? AS UUID)", oldest.toString());
    }

    /** Deletes the rows whose time, an indexed column, is older than {@code keep}. */
    public Mono<Void> byTime(String table, String column, Duration keep) {
        return prune(table, column, "?", clock.instant().minus(keep));
    }

    private Mono<Void> prune(String table, String column, String bound, Object oldest) {
        String text = sql.dialect().deleteBelow(table, column, bound, ROWS);
        var pruned = new AtomicLong();
        var last = new AtomicLong();
        long end = System.nanoTime() + LONGEST.toNanos();
        return Mono.defer(() -> sql.update(text, List.of(oldest)))
                .doOnNext(last::set)
                .doOnNext(pruned::addAndGet)
                .then(Mono.delay(PAUSE))
                .repeat(() -> last.get() == ROWS && System.nanoTime() < end)
                .then(Mono.fromRunnable(() -> log(table, pruned.get())));
    }

    private static void log(String table, long rows) {
        if (rows > 0) {
            LOG.info("pruned table={} rows={}", table, rows);
        }
    }

    /** Returns the smallest UUID of version 7 of a millisecond. */
    static UUID smallest(Instant time) {
        return new UUID(time.toEpochMilli() << 16 | 0x7000L, 0x8000_0000_0000_0000L);
    }
}
