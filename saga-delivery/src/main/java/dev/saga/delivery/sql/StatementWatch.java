package dev.saga.delivery.sql;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tracks the running statements of this process and closes the connection of a statement that takes too long. Otherwise
 * the process would wait without limit for a server that stops responding without closing the connection. The statement
 * then fails as if its connection was lost, and its transaction runs again on another connection.
 */
final class StatementWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StatementWatch.class);
    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final int SHOWN = 60;
    private static final Set<Running> RUNNING = ConcurrentHashMap.newKeySet();

    private StatementWatch() {}

    /** Uses identity for equality, because a connection may have several running statements. */
    private static final class Running {
        private final Connection connection;
        private final String text;
        private final long since = System.nanoTime();

        Running(Connection connection, String text) {
            this.connection = connection;
            this.text = text;
        }
    }

    /** Returns the statement, tracked from its subscription to its end. */
    static <T> Flux<T> watch(Connection connection, String text, Flux<T> statement) {
        return Flux.defer(() -> {
            var running = new Running(connection, text);
            RUNNING.add(running);
            return statement.doFinally(end -> RUNNING.remove(running));
        });
    }

    /** Closes the connections of all statements that have run for longer than {@code limit}. */
    static Mono<Void> abortOverdue(Duration limit) {
        long now = System.nanoTime();
        return Flux.fromIterable(RUNNING)
                .filter(running -> now - running.since > limit.toNanos())
                .flatMap(running -> closeOverdue(running, limit))
                .then();
    }

    private static Mono<Void> closeOverdue(Running running, Duration limit) {
        if (!RUNNING.remove(running)) {
            return Mono.empty();
        }
        String text = running.text.length() <= SHOWN ? running.text : running.text.substring(0, SHOWN) + "…";
        LOG.warn("statement takes too long, closing its connection after={} statement=\"{}\"", limit, text);
        return abort(running.connection);
    }

    /** Closes a connection regardless of the state of its pool and its server; its running statements fail. */
    static Mono<Void> abort(Connection connection) {
        return Mono.from(bare(connection).close())
                .timeout(CLOSING, Mono.empty())
                .onErrorComplete();
    }

    private static Connection bare(Connection connection) {
        return connection instanceof Wrapped<?> pooled && pooled.unwrap() instanceof Connection inner
                ? bare(inner)
                : connection;
    }
}
