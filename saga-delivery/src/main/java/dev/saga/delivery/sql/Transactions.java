package dev.saga.delivery.sql;

import reactor.core.publisher.Mono;

/**
 * Local transactions. All that {@link Sql} does inside one runs on its connection, which the chain carries in Reactor's
 * context. Spring's transactional operator does more, and where an event has a transaction to itself that was nearly a
 * third of what the client spent on it (ADR 8).
 */
public final class Transactions {
    private final Connections connections;

    /** One connection is held from the begin until after the commit. */
    public Transactions(Connections connections) {
        this.connections = connections;
    }

    /**
     * This work as one transaction: its answer is told after the commit, its failure after everything was rolled back.
     * A commit that fails is in doubt. Never cancel what this returns from outside.
     */
    public <T> Mono<T> transactional(Mono<T> work) {
        return Mono.usingWhen(
                begun(),
                transaction -> work.contextWrite(transaction::addTo),
                Transaction::commit,
                Transaction::rollback,
                Transaction::rollback);
    }

    private Mono<Transaction> begun() {
        return Mono.deferContextual(context -> Transaction.in(context) == null
                ? connections.lease().flatMap(Transaction::on)
                : Mono.error(new IllegalStateException("a transaction inside a transaction")));
    }

    /**
     * Within a transaction, remembers a step that is run right after its commit; never after a rollback, nor when the
     * process dies between the two or a commit in doubt turns out to have succeeded. Whatever the step starts must also
     * be found by a sweep. It must be short and must not fail.
     */
    public static Mono<Void> onceCommitted(Runnable step) {
        return Mono.deferContextual(context -> {
            Transaction transaction = Transaction.in(context);
            if (transaction == null) {
                return Mono.error(new IllegalStateException("no transaction"));
            }
            transaction.onceCommitted(step);
            return Mono.empty();
        });
    }
}
