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

/** Work with the gateway that waits in memory, leased to this instance, and at most so many calls at once. */
final class GatewayQueue {
    private enum State {
        WAITING,
        BEGUN,
        WITHDRAWN
    }

    /**
     * Work in memory.
     *
     * @param since the nano time before its lease began
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
    private final Map<TransactionId, Work> inHand = new ConcurrentHashMap<>();
    private volatile boolean running;

    /**
     * @param capacity work that may wait or be under way
     * @param concurrency calls at once
     * @param lease of the work: what has waited for half of it is left to a sweep, before another instance does it too
     */
    GatewayQueue(int capacity, int concurrency, Duration lease) {
        this.capacity = capacity;
        this.concurrency = concurrency;
        this.longestWait = lease.dividedBy(2);
        this.queue = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(capacity));
    }

    /** How much more work is taken; 0 before the start and after the end. */
    int room() {
        return running ? Math.max(0, capacity - inHand.size()) : 0;
    }

    /** Takes work, whose lease began after this nano time. What finds no room waits in the database. */
    synchronized void submit(Payment payment, long since) {
        var work = new Work(payment, since, new AtomicReference<>(State.WAITING));
        if (running
                && inHand.putIfAbsent(payment.id(), work) == null
                && queue.tryEmitNext(work).isFailure()) {
            inHand.remove(payment.id());
        }
    }

    /**
     * Takes back what has not begun. The same again has the same answer for as long as it would have waited.
     *
     * @return whether it was waiting here, so that this instance will not begin it any more
     */
    boolean withdraw(TransactionId id) {
        Work work = inHand.get(id);
        return work != null
                && (work.state.compareAndSet(State.WAITING, State.WITHDRAWN) || work.state.get() == State.WITHDRAWN);
    }

    /** Works off what is submitted, until {@link #complete()}; {@code call} must not fail. */
    Mono<Void> run(Function<Work, Mono<Void>> call) {
        running = true;
        return queue.asFlux().flatMap(work -> begun(work, call), concurrency).then();
    }

    private Mono<Void> begun(Work work, Function<Work, Mono<Void>> call) {
        boolean begins = !work.isOlderThan(longestWait) && work.state.compareAndSet(State.WAITING, State.BEGUN);
        return Mono.defer(() -> begins ? call.apply(work) : Mono.empty()).doFinally(end -> release(work));
    }

    /** The payment can be submitted again, for other work. */
    void release(Work work) {
        inHand.remove(work.payment().id(), work);
    }

    /** Takes no more. What waits is still begun. */
    synchronized void complete() {
        running = false;
        queue.tryEmitComplete();
    }
}
