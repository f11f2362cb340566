package dev.saga.delivery.work;

import dev.saga.delivery.instance.DeliveryProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Gathers requests that arrive together into one transaction. An idle intake passes a single request on at once. While
 * all workers are busy, requests wait and leave as one batch. A request is completed even if its caller disconnects.
 */
public final class Batcher<I, O> extends Loop {
    private record Waiting<I, O>(I item, Sinks.One<O> result) {}

    private final String name;
    private final int largestBatch;
    private final int workers;
    private final Linger linger;
    private final Function<List<I>, Mono<List<O>>> work;
    private final BlockingQueue<Waiting<I, O>> queue;
    private final Signal signal = new Signal();

    /**
     * Creates an intake.
     *
     * @param capacity maximum number of waiting requests; one more is refused with {@link OverCapacity}
     * @param largestBatch maximum number of requests per call of {@code work}
     * @param workers number of concurrent calls of {@code work}
     * @param linger pause of a worker before its next call while calls have 32 to 199 requests, zero for none; see
     *     {@link DeliveryProperties}
     * @param work handles a batch and returns the results in the same order, or fails without any effect. After a fault
     *     or a lock wait, the batch is halved until the request that causes it is alone; any other transient failure
     *     fails every request of the batch
     */
    public Batcher(
            String name,
            int capacity,
            int largestBatch,
            int workers,
            Duration linger,
            Function<List<I>, Mono<List<O>>> work) {
        super(Phase.STORE);
        this.name = name;
        this.largestBatch = largestBatch;
        this.workers = workers;
        this.linger = new Linger(linger);
        this.work = work;
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    /**
     * Submits a request and returns its result after the batch is committed. Fails at once with {@link OverCapacity} if
     * the intake is full or stopping.
     */
    public Mono<O> submit(I item) {
        return Mono.defer(() -> {
            var waiting = new Waiting<I, O>(item, Sinks.one());
            if (!isRunning() || !queue.offer(waiting)) {
                return Mono.error(new OverCapacity(name));
            }
            signal.ring();
            return waiting.result.asMono();
        });
    }

    /** Returns the number of waiting requests. */
    public int depth() {
        return queue.size();
    }

    /**
     * Drains the queue on a thread of its own. A caller that submits many requests in a row has then submitted all or
     * most of them before the first batch is drained.
     */
    private Flux<Void> worker() {
        return Mono.defer(this::nextBatch)
                .subscribeOn(Schedulers.parallel())
                .repeat(() -> isRunning() || !queue.isEmpty());
    }

    private Mono<Void> nextBatch() {
        Mono<Void> ring = signal.listen();
        if (queue.isEmpty()) {
            return isRunning() ? ring : Mono.empty();
        }
        return isRunning() ? linger.pause().then(Mono.defer(this::batch)) : batch();
    }

    /** Handles one batch; empty if another worker has drained the queue. */
    private Mono<Void> batch() {
        List<Waiting<I, O>> batch = new ArrayList<>();
        queue.drainTo(batch, largestBatch);
        if (batch.isEmpty()) {
            return Mono.empty();
        }
        linger.took(batch.size());
        return run(batch);
    }

    private Mono<Void> run(List<Waiting<I, O>> batch) {
        return Mono.defer(() -> work.apply(batch.stream().map(Waiting::item).toList()))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("no result for a batch of " + name)))
                .doOnNext(results -> complete(batch, results))
                .then()
                .onErrorResume(failure -> batch.size() > 1 && FailurePolicy.isWorthHalving(failure)
                        ? halve(batch)
                        : fail(batch, failure));
    }

    /** Halves the batch until a request that cannot be handled is alone, so that it does not fail the others. */
    private Mono<Void> halve(List<Waiting<I, O>> batch) {
        int middle = batch.size() / 2;
        return run(batch.subList(0, middle)).then(Mono.defer(() -> run(batch.subList(middle, batch.size()))));
    }

    private void complete(List<Waiting<I, O>> batch, List<O> results) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).result.tryEmitValue(results.get(i));
        }
    }

    private Mono<Void> fail(List<Waiting<I, O>> batch, Throwable failure) {
        batch.forEach(waiting -> waiting.result.tryEmitError(failure));
        return Mono.empty();
    }

    @Override
    protected Mono<Void> work() {
        return Flux.range(0, workers).flatMap(worker -> worker(), workers).then();
    }

    /** Wakes the workers, which refuse new requests and finish those that wait. */
    @Override
    protected void wake() {
        signal.ring();
    }

    @Override
    protected String name() {
        return name;
    }
}
