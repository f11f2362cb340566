package dev.saga.delivery.sql;

import dev.saga.delivery.sql.dialect.Dialect;
import io.r2dbc.spi.Connection;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Ensures that a transaction acts outside the database only on data that is on disk. MariaDB shows a commit to other
 * sessions before that commit is on disk; if the server is killed in between, the commit is lost. A transaction
 * that wrote something is safe: its commit waits for the disk. A transaction that only read, and is about to act
 * outside the database, declares it with {@link Transactions#requireDurableReads()} and writes this row first. The database's log is written in order: once this commit is on disk,
 * everything that was read before it is on disk too.
 *
 * <p>PostgreSQL needs no barrier: it shows a commit only after its log is on disk, see {@link
 * Dialect#showsCommitsEarly()}.
 */
public final class CommitBarrier {
    private static final String RAISE =
            "INSERT INTO commit_barrier (id, raised) VALUES (?, 1) ON DUPLICATE KEY UPDATE raised = raised + 1";

    /** The row of all transactions of a service; the rows of its relays have the numbers of their shards. */
    static final int SERVICE_ROW = 100;

    private CommitBarrier() {}

    /**
     * Writes a row. What the session has read before is on disk after the next commit: at once on the session of a
     * relay, which is in no transaction. In a transaction this is the last statement, because others wait for the row.
     */
    public static Mono<Void> raise(Connection session, int row) {
        return Dialect.of(session).showsCommitsEarly()
                ? Sql.update(session, RAISE, List.of(row)).then()
                : Mono.empty();
    }
}
