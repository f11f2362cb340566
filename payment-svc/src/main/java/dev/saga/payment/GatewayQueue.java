package dev.saga.payment;

import dev.saga.event.TransactionId;
import dev.saga.payment.domain.Payment;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Gateway work that waits in memory, leased to this instance. At most {@code concurrency} calls run at once. */
final class GatewayQueue {
    private enum State {
        WAITING,
        BEGUN,
        WITHDRAWN
    }

    /**
     * Work in memory.
     *
     * @param since a nano time from before its lease began
     */
    record Work(Payment payment, long since, AtomicReference<State> state) {
        boolean isOlderThan(Duration age) {
            return System.nanoTime() - since > age.toNanos();
        }
    }

    private final int capacity;
    private final int concurrency;
    private final Duration longestWait;
    private final Sinks.Many<Work> queue;
    private final Map<TransactionId, Work> accepted = new ConcurrentHashMap<>();
    private volatile boolean running;

    /**
     * @param capacity most work that waits or runs
     * @param concurrency most concurrent calls
     * @param lease lease of the work. Work that has waited for half of it is left to a sweep, so that no other instance
     *     does it too
     */
    GatewayQueue(int capacity, int concurrency, Duration lease) {
        this.capacity = capacity;
        this.concurrency = concurrency;
        this.longestWait = lease.dividedBy(2);
        this.queue = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(capacity));
    }

    /** Returns how much more work is accepted; 0 before the start and after the end. */
    int room() {
        return running ? Math.max(0, capacity - accepted.size()) : 0;
    }

    /** Accepts work whose lease began after {@code since}. Work that finds no room waits in the database. */
    synchronized void submit(Payment payment, long since) {
        var work = new Work(payment, since, new AtomicReference<>(State.WAITING));
        if (running
                && accepted.putIfAbsent(payment.id(), work) == null
                && queue.tryEmitNext(work).isFailure()) {
            accepted.remove(payment.id());
        }
    }

    /**
     * Withdraws work that has not begun. A repeated call returns the same while the withdrawn work is still in the
     * queue.
     *
     * @return true if the work waited here; this instance will not begin it
     */
    boolean withdraw(TransactionId id) {
        Work work = accepted.get(id);
        return work != null
                && (work.state.compareAndSet(State.WAITING, State.WITHDRAWN) || work.state.get() == State.WITHDRAWN);
    }

    /** Runs the submitted work until {@link #complete()}; {@code call} must not fail. */
    Mono<Void> run(Function<Work, Mono<Void>> call) {
        running = true;
        return queue.asFlux().flatMap(work -> begin(work, call), concurrency).then();
    }

    private Mono<Void> begin(Work work, Function<Work, Mono<Void>> call) {
        boolean mayBegin = !work.isOlderThan(longestWait) && work.state.compareAndSet(State.WAITING, State.BEGUN);
        return Mono.defer(() -> mayBegin ? call.apply(work) : Mono.empty()).doFinally(end -> release(work));
    }

    /** Removes the work, so that the payment can be submitted again. */
    void release(Work work) {
        accepted.remove(work.payment().id(), work);
    }

    /** Accepts no more work. Waiting work still begins. */
    synchronized void complete() {
        running = false;
        queue.tryEmitComplete();
    }
}
