package dev.saga.delivery.sql;

import dev.saga.delivery.sql.dialect.Dialect;
import dev.saga.delivery.work.OverCapacity;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcTransientException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Provides the connections of one pool. Requests over HTTP use at most eight of them at once, so that many reads leave
 * the other connections to consumers and sweeps.
 */
public final class Connections {
    private static final String CALLER = Connections.class.getName() + ".caller";
    private static final int OF_CALLERS = 8;
    private static final int MOST_WAITING = 500;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final ConnectionFactory pool;
    private final Dialect dialect;
    private final Permits callers = new Permits("connections for callers", OF_CALLERS, MOST_WAITING, LONGEST_WAIT);

    /** @param pool a pool, or a factory whose connections are used once */
    public Connections(ConnectionFactory pool) {
        this.pool = pool;
        this.dialect = Dialect.of(pool);
    }

    Dialect dialect() {
        return dialect;
    }

    /** A borrowed connection; {@code release} returns it and must run once. */
    record Lease(Connection connection, Mono<Void> release) {}

    /** Marks the work of an HTTP request: it waits for one of the callers' connections. */
    public static Context ofCaller(Context context) {
        return context.put(CALLER, true);
    }

    /**
     * Borrows a connection. Fails with a transient error of the database if the pool provides none in time. For a
     * caller, fails with {@link OverCapacity} if 500 others wait already, or after a wait of 5 s.
     */
    Mono<Lease> lease() {
        return Mono.deferContextual(context -> context.hasKey(CALLER) ? ofCallers() : any());
    }

    /**
     * Borrows a connection. Every failure of the pool becomes transient, because it is not caused by the work that
     * needs the connection.
     */
    private Mono<Lease> any() {
        return Mono.<Connection>from(pool.create())
                .map(connection -> new Lease(connection, closed(connection)))
                .onErrorMap(
                        failure -> !(failure instanceof R2dbcTransientException),
                        failure ->
                                new R2dbcTransientResourceException("no connection: " + failure.getMessage(), failure));
    }

    private Mono<Lease> ofCallers() {
        return callers.acquire()
                .flatMap(permit -> any().map(
                                lease -> new Lease(lease.connection, lease.release.doFinally(end -> permit.giveBack())))
                        .doOnError(failure -> permit.giveBack())
                        .doOnCancel(permit::giveBack));
    }

    private static Mono<Void> closed(Connection connection) {
        return Mono.defer(() -> Mono.from(connection.close())).onErrorComplete();
    }
}
