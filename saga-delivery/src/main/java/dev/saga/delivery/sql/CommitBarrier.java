package dev.saga.delivery.sql;

import io.r2dbc.spi.Connection;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Ensures that a transaction acts outside the database only on data that is on disk. The database shows a commit to
 * other sessions before that commit is on disk; if the server is killed in between, the commit is lost. A transaction
 * that wrote something is safe: its commit waits for the disk. A transaction that only read, and is about to act
 * outside the database, writes this row first. The database's log is written in order: once this commit is on disk,
 * everything that was read before it is on disk too.
 */
public final class CommitBarrier {
    private static final String RAISE =
            "INSERT INTO commit_barrier (id, raised) VALUES (?, 1) ON DUPLICATE KEY UPDATE raised = raised + 1";
    private static final int SERVICE_ROW = 100;

    private final Sql sql;

    public CommitBarrier(Sql sql) {
        this.sql = sql;
    }

    /**
     * Adds a write to the current transaction, so that its commit waits for the disk. Call it as the last statement,
     * because other transactions wait for the row.
     */
    public Mono<Void> raise() {
        return sql.update(RAISE, List.of(SERVICE_ROW)).then();
    }

    /**
     * Writes the row of a relay on its session, which is in no transaction. Completes when everything that the session
     * has read is on disk.
     */
    public static Mono<Void> raise(Connection session, int shard) {
        return Sql.update(session, RAISE, List.of(shard)).then();
    }
}
