package dev.saga.delivery.sql;

import dev.saga.delivery.work.FailurePolicy;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * Runs local transactions. Every {@link Sql} call inside one uses its connection, which the chain carries in Reactor's
 * context. Spring's transactional operator does more work: for transactions with a single event, it was nearly a third
 * of the client's cost (ADR 8).
 */
public final class Transactions {
    /** The second attempt resolves a conflict; the others outlast a short failure, with pauses of 20 to 320 ms. */
    private static final int RETRIES = 5;

    private final Connections connections;

    /** @param connections provides one connection per transaction, held from the begin until after the commit */
    public Transactions(Connections connections) {
        this.connections = connections;
    }

    /**
     * Runs this work as one transaction. Returns the result after the commit, or the failure after the rollback. After
     * a failed commit, it is unknown if the transaction was committed. Never cancel the returned Mono from outside.
     */
    public <T> Mono<T> transactional(Mono<T> work) {
        return Mono.usingWhen(
                begin(),
                transaction -> work.contextWrite(transaction::addTo),
                Transaction::commit,
                Transaction::rollback,
                Transaction::rollback);
    }

    /**
     * Runs this work as one transaction, and after a transient failure again as a new one, at most five times and not
     * later than 15 s after the first. The work is subscribed once per attempt: it must compute its result from what it
     * reads in the transaction. An attempt after a commit with unknown outcome must find what that commit stored.
     */
    public <T> Mono<T> retrying(Mono<T> work) {
        return transactional(work).retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    private Mono<Transaction> begin() {
        return Mono.deferContextual(context -> Transaction.in(context) == null
                ? connections.lease().flatMap(Transaction::on)
                : Mono.error(new IllegalStateException("a transaction inside a transaction")));
    }

    /**
     * Declares that the current transaction acts outside the database on rows that it only read. The commit then also
     * waits until these rows are on disk, see {@link CommitBarrier}; it costs a write to one row that all transactions
     * of the service share.
     */
    public static Mono<Void> requireDurableReads() {
        return inCurrent(Transaction::requireDurableReads);
    }

    /**
     * Registers a step in the current transaction that runs directly after its commit. It never runs after a rollback.
     * It also does not run if the process crashes between commit and step, or if a commit with unknown outcome turns
     * out to have succeeded. Therefore a sweep must also find whatever the step starts. The step must be short and must
     * not fail.
     */
    public static Mono<Void> onceCommitted(Runnable step) {
        return inCurrent(transaction -> transaction.onceCommitted(step));
    }

    private static Mono<Void> inCurrent(Consumer<Transaction> action) {
        return Mono.deferContextual(context -> {
            Transaction transaction = Transaction.in(context);
            if (transaction == null) {
                return Mono.error(new IllegalStateException("no transaction"));
            }
            action.accept(transaction);
            return Mono.empty();
        });
    }
}
