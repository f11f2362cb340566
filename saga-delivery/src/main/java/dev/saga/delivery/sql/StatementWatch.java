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
 * The statements of this process that are under way. One that takes too long loses its connection: a server that falls
 * silent without closing the connection would otherwise be waited for without end. The statement then fails like one
 * whose connection was lost, and its transaction runs again on another connection.
 */
final class StatementWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StatementWatch.class);
    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final int SHOWN = 60;
    private static final Set<Running> RUNNING = ConcurrentHashMap.newKeySet();

    private StatementWatch() {}

    /** Equal to itself alone: a connection may have several statements under way. */
    private static final class Running {
        private final Connection connection;
        private final String text;
        private final long since = System.nanoTime();

        Running(Connection connection, String text) {
            this.connection = connection;
            this.text = text;
        }
    }

    /** The same statement, watched from its subscription to its end. */
    static <T> Flux<T> watched(Connection connection, String text, Flux<T> statement) {
        return Flux.defer(() -> {
            var running = new Running(connection, text);
            RUNNING.add(running);
            return statement.doFinally(end -> RUNNING.remove(running));
        });
    }

    /** Closes the connections of all statements that have been under way for longer than {@code limit}. */
    static Mono<Void> abortOverdue(Duration limit) {
        long now = System.nanoTime();
        return Flux.fromIterable(RUNNING)
                .filter(running -> now - running.since > limit.toNanos())
                .flatMap(running -> aborted(running, limit))
                .then();
    }

    private static Mono<Void> aborted(Running running, Duration limit) {
        if (!RUNNING.remove(running)) {
            return Mono.empty();
        }
        String text = running.text.length() <= SHOWN ? running.text : running.text.substring(0, SHOWN) + "…";
        LOG.warn("the database does not answer, its connection is closed after={} statement=\"{}\"", limit, text);
        return abort(running.connection);
    }

    /** Closes a connection whatever its pool and its server think of it; what it has under way fails. */
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
