package dev.saga.delivery.sql;

import dev.saga.delivery.work.OverCapacity;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A bounded number of permits, granted in order of arrival, and a bounded queue of callers that wait for one. */
final class Permits {
    private final String name;
    private final int mostWaiting;
    private final Duration longestWait;
    private final Queue<Waiter> waiting = new ArrayDeque<>();
    private final AtomicInteger returnedNow = new AtomicInteger();
    private final AtomicInteger handingOver = new AtomicInteger();
    private int free;

    /**
     * Creates a set of permits.
     *
     * @param permits number of permits
     * @param mostWaiting maximum number of waiting callers; one more fails at once
     * @param longestWait the longest wait of a caller before it fails
     */
    Permits(String name, int permits, int mostWaiting, Duration longestWait) {
        this.name = name;
        this.free = permits;
        this.mostWaiting = mostWaiting;
        this.longestWait = longestWait;
    }

    /** A permit. A second return of it has no effect. */
    final class Permit {
        private final AtomicBoolean returned = new AtomicBoolean();

        void giveBack() {
            if (returned.compareAndSet(false, true)) {
                returnedNow.incrementAndGet();
                handOver();
            }
        }
    }

    /**
     * Passes returned permits to waiting callers. Uses a loop instead of recursion, because a caller can return its
     * permit at once, and so can all callers behind it.
     */
    private void handOver() {
        if (handingOver.getAndIncrement() > 0) {
            return;
        }
        do {
            while (returnedNow.get() > 0) {
                returnedNow.decrementAndGet();
                Waiter next = next();
                if (next != null) {
                    next.sink.tryEmitValue(next.permit);
                }
            }
        } while (handingOver.decrementAndGet() > 0);
    }

    /** A caller in the queue; its permit is valid once the caller has left the queue. */
    private final class Waiter {
        private final Sinks.One<Permit> sink = Sinks.one();
        private final Permit permit = new Permit();
    }

    /**
     * Acquires a permit. Fails with {@link OverCapacity} if too many callers wait, or if this caller has waited too
     * long.
     */
    Mono<Permit> acquire() {
        return Mono.defer(() -> {
            Waiter waiter = new Waiter();
            return switch (enter(waiter)) {
                case GRANTED -> Mono.just(waiter.permit);
                case REFUSED -> Mono.error(new OverCapacity(name));
                case QUEUED ->
                    waiter.sink
                            .asMono()
                            .timeout(longestWait, Mono.error(() -> new OverCapacity(name)))
                            .doOnError(late -> leave(waiter))
                            .doOnCancel(() -> leave(waiter));
            };
        });
    }

    private enum Entry {
        GRANTED,
        QUEUED,
        REFUSED
    }

    private synchronized Entry enter(Waiter waiter) {
        if (free > 0) {
            free--;
            return Entry.GRANTED;
        }
        return waiting.size() < mostWaiting && waiting.add(waiter) ? Entry.QUEUED : Entry.REFUSED;
    }

    private synchronized @Nullable Waiter next() {
        Waiter next = waiting.poll();
        if (next == null) {
            free++;
        }
        return next;
    }

    private void leave(Waiter waiter) {
        if (!removed(waiter)) {
            waiter.permit.giveBack();
        }
    }

    private synchronized boolean removed(Waiter waiter) {
        return waiting.remove(waiter);
    }
}
