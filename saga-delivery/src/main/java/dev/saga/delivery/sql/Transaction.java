package dev.saga.delivery.sql;

import dev.saga.delivery.sql.Connections.Lease;
import dev.saga.delivery.work.FailurePolicy;
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
    private final Lease lease;
    private final Queue<Runnable> onceCommitted = new ConcurrentLinkedQueue<>();

    private Transaction(Lease lease) {
        this.lease = lease;
    }

    /** On a session without autocommit the first statement begins the transaction, and a trip to the server is saved. */
    static Mono<Transaction> on(Lease lease) {
        var transaction = new Transaction(lease);
        return lease.connection().isAutoCommit()
                ? Mono.from(lease.connection().beginTransaction())
                        .thenReturn(transaction)
                        .onErrorResume(failure -> lease.release().then(Mono.error(failure)))
                : Mono.just(transaction);
    }

    /** The transaction of the chain whose context this is; null if there is none. */
    static @Nullable Transaction in(ContextView context) {
        return context.getOrDefault(Transaction.class, null);
    }

    Context addTo(Context context) {
        return context.put(Transaction.class, this);
    }

    Connection connection() {
        return lease.connection();
    }

    void onceCommitted(Runnable step) {
        onceCommitted.add(step);
    }

    Mono<Void> commit() {
        return end("COMMIT")
                .then(Mono.<Void>fromRunnable(() -> onceCommitted.forEach(Runnable::run)))
                .onErrorResume(failure -> lease.release().then(Mono.error(failure)))
                .then(lease.release());
    }

    /** A connection on which even this fails is of no use to anybody: its pool finds out. */
    Mono<Void> rollback() {
        return end("ROLLBACK").onErrorComplete().then(lease.release());
    }

    /** Rolls back after this failure. A connection to a server that became read-only leaves the pool. */
    Mono<Void> rollback(Throwable failure) {
        return FailurePolicy.isReadOnly(failure)
                ? StatementWatch.abort(connection()).then(lease.release())
                : rollback();
    }

    /** Always sent: the driver would spare it if the last answer does not tell of a transaction, as after a failure. */
    private Mono<Void> end(String how) {
        return Sql.update(connection(), how, List.of()).then();
    }
}
