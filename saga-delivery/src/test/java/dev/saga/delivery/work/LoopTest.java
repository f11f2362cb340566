package dev.saga.delivery.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class LoopTest {
    private final AtomicInteger stopped = new AtomicInteger();
    private VirtualTimeScheduler time;

    @BeforeEach
    void stopTheClock() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void startTheClock() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void workThatDoesNotEndIsCancelledAfterTheTimeOfItsPhaseHoweverManyLoopsThereAre() {
        List<AtomicBoolean> cancelled =
                Stream.generate(AtomicBoolean::new).limit(10).toList();
        List<Loop> loops = cancelled.stream()
                .map(mark -> loop(Mono.<Void>never().doOnCancel(() -> mark.set(true))))
                .toList();
        loops.forEach(Loop::start);
        loops.forEach(loop -> loop.stop(stopped::incrementAndGet));
        assertThat(loops).noneMatch(Loop::isRunning);
        time.advanceTimeBy(Phase.CONSUME.finish().minusMillis(1));
        assertThat(stopped).hasValue(0);
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(stopped).hasValue(10);
        assertThat(cancelled).allMatch(AtomicBoolean::get);
    }

    @Test
    void workThatEndsWhenAskedStopsTheLoopAtOnce() {
        Sinks.Empty<Void> woken = Sinks.empty();
        var loop = new Loop(Phase.CONSUME) {
            @Override
            protected Mono<Void> work() {
                return stopping().then(woken.asMono());
            }

            @Override
            protected void wake() {
                woken.tryEmitEmpty();
            }
        };
        loop.start();
        assertThat(loop.isRunning()).isTrue();
        loop.stop(stopped::incrementAndGet);
        assertThat(stopped).hasValue(1);
        time.advanceTimeBy(Phase.CONSUME.finish());
        assertThat(stopped).hasValue(1);
    }

    /** With the 15 s of the web server, a shutdown takes 37 s at most; compose/compose.yaml gives a service 40 s. */
    @Test
    void allPhasesTogetherTakeAtMost22Seconds() {
        assertThat(Stream.of(Phase.values()).map(Phase::finish).reduce(Duration.ZERO, Duration::plus))
                .isEqualTo(Duration.ofSeconds(22));
    }

    private static Loop loop(Mono<Void> work) {
        return new Loop(Phase.CONSUME) {
            @Override
            protected Mono<Void> work() {
                return work;
            }
        };
    }
}
