package dev.saga.delivery.sql;

import io.r2dbc.spi.Connection;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Keeps us from acting on what the database may still forget. It shows a commit to others before that commit is on disk;
 * a server that is killed in between has never heard of it. Who has written something is safe, for its own commit waits
 * for the disk. Who has only read, and then does something outside the database, writes this first: the log is written in
 * order, so when this commit is on disk, everything that was seen before it is too.
 */
public final class CommitBarrier {
    private static final String RAISE =
            "INSERT INTO commit_barrier (id, raised) VALUES (?, 1) ON DUPLICATE KEY UPDATE raised = raised + 1";
    private static final int EVERYBODY = 100;

    private final Sql sql;

    public CommitBarrier(Sql sql) {
        this.sql = sql;
    }

    /** Makes the commit of the current transaction one that waits for the disk. Do it last: until then others wait. */
    public Mono<Void> raise() {
        return sql.update(RAISE, List.of(EVERYBODY)).then();
    }

    /** Completes when all that this session, which is in no transaction, has seen is on disk. */
    public static Mono<Void> raise(Connection session, int shard) {
        return Sql.update(session, RAISE, List.of(shard)).then();
    }
}
