package dev.saga.delivery.work;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Work that runs from the start of a service until it stops. The loops of a phase stop at the same time. Work that has
 * not completed after the time of its phase is cancelled; so it must be safe to interrupt, as in a crash. A loop
 * starts once.
 */
public abstract class Loop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final Phase phase;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private volatile boolean running;
    private Disposable work = Disposables.disposed();

    protected Loop(Phase phase) {
        this.phase = phase;
    }

    /** Returns the work, which is subscribed once. It completes soon after {@link #isRunning()} becomes false. It must not fail: a loop that failed does not start again. */
    protected abstract Mono<Void> work();

    /** Completes when the service stops, after {@link #isRunning()} has become false. */
    protected final Mono<Void> stopping() {
        return stopping.asMono();
    }

    /** Runs when the service stops, after {@link #isRunning()} has become false. It ends a wait for
     * something of the work's own; other work ends its waits with {@link #stopping()}. */
    protected void wake() {}

    @Override
    public final void start() {
        running = true;
        work = work().doFinally(end -> ended.tryEmitEmpty()).subscribe();
    }

    /** Asks the work to end and returns at once; {@code stopped} runs when it has ended or was cancelled. */
    @Override
    public final void stop(Runnable stopped) {
        running = false;
        stopping.tryEmitEmpty();
        wake();
        ended.asMono()
                .timeout(phase.finish(), Mono.fromRunnable(this::cancel))
                .doFinally(end -> stopped.run())
                .subscribe();
    }

    /** Asks the work to end and waits until it has ended or was cancelled. */
    @Override
    public final void stop() {
        stop(() -> {});
        ended.asMono().block();
    }

    private void cancel() {
        LOG.warn("{} did not finish in time and was cancelled limit={}", name(), phase.finish());
        work.dispose();
    }

    /** Returns what the log calls this loop. */
    protected String name() {
        return getClass().getSimpleName();
    }

    @Override
    public final boolean isRunning() {
        return running;
    }

    @Override
    public final int getPhase() {
        return phase.order();
    }
}
