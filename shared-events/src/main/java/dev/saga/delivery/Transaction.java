package dev.saga.delivery;

import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** A transaction that is under way, on a connection that nobody else uses. */
final class Transaction {
    private final Connection connection;
    private final Queue<Runnable> onceCommitted = new ConcurrentLinkedQueue<>();

    private Transaction(Connection connection) {
        this.connection = connection;
    }

    /** On a session without autocommit the first statement begins the transaction, and a trip to the server is saved. */
    static Mono<Transaction> on(Connection connection) {
        var transaction = new Transaction(connection);
        return connection.isAutoCommit()
                ? Mono.from(connection.beginTransaction())
                        .thenReturn(transaction)
                        .onErrorResume(failure -> closed(connection).then(Mono.error(failure)))
                : Mono.just(transaction);
    }

    /** The transaction of the chain whose context this is; null where there is none. */
    static @Nullable Transaction in(ContextView context) {
        return context.getOrDefault(Transaction.class, null);
    }

    Context addTo(Context context) {
        return context.put(Transaction.class, this);
    }

    Connection connection() {
        return connection;
    }

    void onceCommitted(Runnable step) {
        onceCommitted.add(step);
    }

    Mono<Void> commit() {
        return end("COMMIT")
                .then(Mono.<Void>fromRunnable(() -> onceCommitted.forEach(Runnable::run)))
                .onErrorResume(failure -> closed(connection).then(Mono.error(failure)))
                .then(closed(connection));
    }

    /** A connection on which even this fails is of no use to anybody: its pool finds out. */
    Mono<Void> rollback() {
        return end("ROLLBACK").onErrorComplete().then(closed(connection));
    }

    /** Always asked for: the driver would spare it where the last answer does not tell of a transaction, as after a failure. */
    private Mono<Void> end(String how) {
        return Sql.update(connection, how, List.of()).then();
    }

    private static Mono<Void> closed(Connection connection) {
        return Mono.from(connection.close()).onErrorComplete();
    }
}
