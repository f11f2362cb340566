package dev.saga.delivery;

import io.r2dbc.spi.Connection;
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

    static Mono<Transaction> on(Connection connection) {
        return Mono.from(connection.beginTransaction())
                .thenReturn(new Transaction(connection))
                .onErrorResume(failure -> closed(connection).then(Mono.error(failure)));
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
        return Mono.from(connection.commitTransaction())
                .then(Mono.<Void>fromRunnable(() -> onceCommitted.forEach(Runnable::run)))
                .onErrorResume(failure -> closed(connection).then(Mono.error(failure)))
                .then(closed(connection));
    }

    /** A connection on which even this fails is of no use to anybody: its pool finds out. */
    Mono<Void> rollback() {
        return Mono.from(connection.rollbackTransaction()).onErrorComplete().then(closed(connection));
    }

    private static Mono<Void> closed(Connection connection) {
        return Mono.from(connection.close()).onErrorComplete();
    }
}
