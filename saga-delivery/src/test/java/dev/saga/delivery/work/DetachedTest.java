package dev.saga.delivery.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class DetachedTest {
    private final Sinks.Empty<Void> step = Sinks.empty();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final Mono<String> command = Detached.run(step.asMono()
            .doOnSubscribe(begins -> begun.incrementAndGet())
            .then(Mono.fromSupplier(() -> "answer " + done.incrementAndGet())));

    @Test
    void runsToItsEndAlthoughItsCallerGoesAway() {
        command.subscribe().dispose();
        step.tryEmitEmpty();
        assertThat(done).hasValue(1);
    }

    @Test
    void returnsTheResultToACallerThatStays() {
        step.tryEmitEmpty();
        assertThat(command.block()).isEqualTo("answer 1");
    }

    @Test
    void startsOnceForEachSubscription() {
        assertThat(begun).hasValue(0);
        command.subscribe();
        command.subscribe();
        assertThat(begun).hasValue(2);
    }
}
