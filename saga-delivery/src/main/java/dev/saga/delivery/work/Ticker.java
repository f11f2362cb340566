package dev.saga.delivery.work;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Runs a task repeatedly, with a pause after each run. A failure is logged, and the task runs again after the pause.
 */
public final class Ticker extends Loop {
    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final String name;
    private final Duration pause;
    private final Supplier<Mono<Void>> task;

    public Ticker(String name, Duration pause, Supplier<Mono<Void>> task) {
        super(Phase.CONSUME);
        this.name = name;
        this.pause = pause;
        this.task = task;
    }

    private Mono<Void> once() {
        return Mono.defer(task)
                .doOnError(failure -> LogLimit.FAILURES.log(leftOut ->
                        LOG.warn("{} failed reason=\"{}\" lines_left_out={}", name, failure.toString(), leftOut)))
                .onErrorComplete()
                .then(Mono.firstWithSignal(Mono.delay(pause).then(), stopping()));
    }

    @Override
    protected Mono<Void> work() {
        return Mono.defer(this::once).repeat(this::isRunning).then();
    }

    @Override
    protected String name() {
        return name;
    }
}
