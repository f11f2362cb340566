package dev.saga.delivery.work;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Runs a task repeatedly, with a pause after each run. A failure is logged, and the task runs again after the pause.
 */
public final class Ticker implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
    private static final Duration FINISH = Duration.ofSeconds(10);

    private final String name;
    private final Duration pause;
    private final Supplier<Mono<Void>> work;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private volatile boolean running;

    public Ticker(String name, Duration pause, Supplier<Mono<Void>> work) {
        this.name = name;
        this.pause = pause;
        this.work = work;
    }

    private Mono<Void> once() {
        return Mono.defer(work)
                .doOnError(failure -> LogLimit.FAILURES.log(leftOut ->
                        LOG.warn("{} failed reason=\"{}\" lines_left_out={}", name, failure.toString(), leftOut)))
                .onErrorComplete()
                .then(Mono.firstWithSignal(Mono.delay(pause).then(), stopping.asMono()));
    }

    @Override
    public void start() {
        running = true;
        Mono.defer(this::once)
                .repeat(() -> running)
                .doFinally(end -> finished.tryEmitEmpty())
                .subscribe();
    }

    /** Waits for a run in progress, for at most 10 s. */
    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
        finished.asMono().timeout(FINISH, Mono.empty()).block();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.HEARING;
    }
}
