package dev.saga.delivery.sql;

import dev.saga.delivery.sql.Connections.Lease;
import dev.saga.delivery.sql.dialect.Dialect;
import dev.saga.delivery.work.FailurePolicy;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** An open transaction on a connection that nothing else uses. */
final class Transaction {
    private final Lease lease;
    private final Queue<Runnable> onceCommitted = new ConcurrentLinkedQueue<>();
    private volatile boolean needsBarrier;

    private Transaction(Lease lease) {
        this.lease = lease;
    }

    /**
     * Begins a transaction. On a session without autocommit, the first statement begins it, which saves a round trip.
     */
    static Mono<Transaction> on(Lease lease) {
        var transaction = new Transaction(lease);
        return lease.connection().isAutoCommit()
                ? Sql.update(lease.connection(), "BEGIN", List.of())
                        .thenReturn(transaction)
                        .onErrorResume(failure -> lease.release().then(Mono.error(failure)))
                : Mono.just(transaction);
    }

    /** Returns the transaction of the chain with this context; null if there is none. */
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

    void requireDurableReads() {
        needsBarrier = true;
    }

    Mono<Void> commit() {
        return needsBarrier
                ? CommitBarrier.raise(connection(), CommitBarrier.SERVICE_ROW)
                        .onErrorResume(failure -> rollback(failure).then(Mono.error(failure)))
                        .then(Mono.defer(this::commitNow))
                : commitNow();
    }

    private Mono<Void> commitNow() {
        return (Dialect.of(connection()).rollsBackSilently() ? commitByDriver() : end("COMMIT"))
                .then(Mono.<Void>fromRunnable(() -> onceCommitted.forEach(Runnable::run)))
                .onErrorResume(failure -> lease.release().then(Mono.error(failure)))
                .then(lease.release());
    }

    private Mono<Void> commitByDriver() {
        return StatementWatch.watch(
                        connection(), "COMMIT", Flux.from(connection().commitTransaction()))
                .then();
    }

    /** Rolls back. A failure is ignored, because the pool detects a broken connection. */
    Mono<Void> rollback() {
        return end("ROLLBACK").onErrorComplete().then(lease.release());
    }

    /** Rolls back after this failure. A connection to a server that became read-only is removed from the pool. */
    Mono<Void> rollback(Throwable failure) {
        return FailurePolicy.isReadOnly(failure)
                ? StatementWatch.abort(connection()).then(lease.release())
                : rollback();
    }

    /**
     * Sends COMMIT or ROLLBACK as a statement. The own methods of MariaDB's driver skip it if the last response reports
     * no open transaction, as after a failure.
     */
    private Mono<Void> end(String how) {
        return Sql.update(connection(), how, List.of()).then();
    }
}
