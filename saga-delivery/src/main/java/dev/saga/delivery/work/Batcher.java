package dev.saga.delivery.work;

import dev.saga.delivery.instance.DeliveryProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Lets requests that arrive together share a transaction. An idle intake hands a lone request on at once; while the
 * lanes are busy, requests gather and leave as one batch. A caller that goes away cancels nothing: its request is done
 * all the same.
 */
public final class Batcher<I, O> implements SmartLifecycle {
    private static final Duration FINISH = Duration.ofSeconds(10);

    private record Waiting<I, O>(I item, Sinks.One<O> answer) {}

    private final String name;
    private final int largestBatch;
    private final int lanes;
    private final Linger linger;
    private final Function<List<I>, Mono<List<O>>> work;
    private final BlockingQueue<Waiting<I, O>> queue;
    private final Signal bell = new Signal();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private volatile boolean running;

    /**
     * @param capacity how many requests may wait; one more is refused with {@link OverCapacity}
     * @param largestBatch how many requests share one call of {@code work}
     * @param lanes how many calls of {@code work} run at once
     * @param linger pause of a lane before its next call while calls have 32 to 199 requests, zero for none; see
     *     {@link DeliveryProperties}
     * @param work does a batch and returns the results in the same order, or fails and has done nothing of it. After a
     *     fault the batch is halved until what causes it stands alone; a transient failure fails every request of the batch
     */
    public Batcher(
            String name,
            int capacity,
            int largestBatch,
            int lanes,
            Duration linger,
            Function<List<I>, Mono<List<O>>> work) {
        this.name = name;
        this.largestBatch = largestBatch;
        this.lanes = lanes;
        this.linger = new Linger(linger);
        this.work = work;
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    /** Answers after the batch is committed; fails at once with {@link OverCapacity} when full or stopping. */
    public Mono<O> submit(I item) {
        return Mono.defer(() -> {
            var waiting = new Waiting<I, O>(item, Sinks.one());
            if (!running || !queue.offer(waiting)) {
                return Mono.error(new OverCapacity(name));
            }
            bell.ring();
            return waiting.answer.asMono();
        });
    }

    /** How many requests wait now. */
    public int depth() {
        return queue.size();
    }

    /**
     * Looks on a thread of its own: whoever submits many requests in a row is done with all of them, or most, by the time
     * the first batch is drained.
     */
    private Flux<Void> lane() {
        return Mono.defer(this::nextBatch).subscribeOn(Schedulers.parallel()).repeat(() -> running || !queue.isEmpty());
    }

    private Mono<Void> nextBatch() {
        Mono<Void> ring = bell.listen();
        if (queue.isEmpty()) {
            return running ? ring : Mono.empty();
        }
        return running ? linger.pause().then(Mono.defer(this::batch)) : batch();
    }

    /** Empty where another lane has taken all. */
    private Mono<Void> batch() {
        List<Waiting<I, O>> batch = new ArrayList<>();
        queue.drainTo(batch, largestBatch);
        if (batch.isEmpty()) {
            return Mono.empty();
        }
        linger.took(batch.size());
        return done(batch);
    }

    private Mono<Void> done(List<Waiting<I, O>> batch) {
        return Mono.defer(() -> work.apply(batch.stream().map(Waiting::item).toList()))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("no answer for a batch of " + name)))
                .doOnNext(answers -> answer(batch, answers))
                .then()
                .onErrorResume(failure -> batch.size() > 1 && FailurePolicy.isWorthHalving(failure)
                        ? halved(batch)
                        : fail(batch, failure));
    }

    /** One request that cannot be done must not fail the others: the batch is halved until it stands alone. */
    private Mono<Void> halved(List<Waiting<I, O>> batch) {
        int middle = batch.size() / 2;
        return done(batch.subList(0, middle)).then(Mono.defer(() -> done(batch.subList(middle, batch.size()))));
    }

    private void answer(List<Waiting<I, O>> batch, List<O> answers) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer.tryEmitValue(answers.get(i));
        }
    }

    private Mono<Void> fail(List<Waiting<I, O>> batch, Throwable failure) {
        batch.forEach(waiting -> waiting.answer.tryEmitError(failure));
        return Mono.empty();
    }

    @Override
    public void start() {
        running = true;
        Flux.range(0, lanes)
                .flatMap(lane -> lane(), lanes)
                .doFinally(end -> finished.tryEmitEmpty())
                .subscribe();
    }

    /** Refuses new requests and finishes those that wait, for at most 10 s. */
    @Override
    public void stop() {
        running = false;
        bell.ring();
        finished.asMono().timeout(FINISH, Mono.empty()).block();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.STORING;
    }
}
