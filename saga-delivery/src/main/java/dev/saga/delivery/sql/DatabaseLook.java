package dev.saga.delivery.sql;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Monitors the service's database: if it responds and accepts writes, how long a statement may be, and if idle
 * connections still work.
 */
public final class DatabaseLook {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLook.class);

    /** Three checks. */
    private static final Duration SILENT_AFTER = Duration.ofSeconds(6);

    private static final Duration PROBE = Duration.ofSeconds(2);

    private final ConnectionFactory connections;
    private final Sql sql;
    private final StatementLimit limit;
    private volatile long answeredAt = System.nanoTime();
    private volatile boolean readOnly;

    public DatabaseLook(ConnectionFactory connections, Sql sql, StatementLimit limit) {
        this.connections = connections;
        this.sql = sql;
        this.limit = limit;
    }

    private record Server(long packet, boolean readOnly) {}

    /** Queries the server's settings once. Fails if the database does. */
    public Mono<Void> look() {
        return sql.rows(sql.dialect().serverState(), List.of(), DatabaseLook::server)
                .singleOrEmpty()
                .doOnNext(this::note)
                .then();
    }

    private static Server server(Row row) {
        return new Server(Sql.get(row, "packet", Long.class), Sql.get(row, "read_only", Boolean.class));
    }

    private void note(Server server) {
        limit.packet(server.packet);
        if (server.readOnly != readOnly) {
            LOG.warn("the database is {}", server.readOnly ? "read-only now" : "no longer read-only");
        }
        readOnly = server.readOnly;
        answeredAt = System.nanoTime();
    }

    /** Returns the reason why the database is unusable now; empty if it responds and accepts writes. */
    public String trouble() {
        if (System.nanoTime() - answeredAt > SILENT_AFTER.toNanos()) {
            return "does not answer";
        }
        return readOnly ? "is read-only" : "";
    }

    /**
     * Queries the server on every idle connection of the pool. Closes connections that do not respond within 2 s or
     * whose server is read-only; the pool opens new ones when they are needed.
     */
    Mono<Void> probeIdle() {
        int idle = connections instanceof ConnectionPool pool
                ? pool.getMetrics().map(PoolMetrics::idleSize).orElse(0)
                : 0;
        return Flux.range(0, idle)
                .flatMap(i -> Mono.from(connections.create()).flatMap(this::probe), idle + 1)
                .then();
    }

    private Mono<Void> probe(Connection connection) {
        Mono<Boolean> writable = Sql.rows(
                        connection, sql.dialect().serverState(), List.of(), row -> !server(row).readOnly)
                .singleOrEmpty();
        return Sql.withCommit(connection, writable)
                .timeout(PROBE)
                .onErrorReturn(false)
                .flatMap(alive -> alive ? Mono.<Void>empty() : StatementWatch.abort(connection))
                .then(Mono.defer(() -> Mono.from(connection.close())).onErrorComplete());
    }
}
