package dev.saga.delivery.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class BatcherTest {
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> gate = Sinks.empty();

    private Batcher<Integer, Integer> gated(int capacity, int batch) {
        return new Batcher<>("numbers", capacity, batch, 1, Duration.ZERO, numbers -> {
            sizes.add(numbers.size());
            return gate.asMono().thenReturn(numbers.stream().map(n -> n * 2).toList());
        });
    }

    @Test
    void returnsEachCallersOwnResultAndGathersWhileBusy() {
        Batcher<Integer, Integer> intake = gated(100, 10);
        intake.start();
        CompletableFuture<Integer> first = intake.submit(0).toFuture();
        await().until(() -> sizes.equals(List.of(1)));
        CompletableFuture<List<Integer>> others = Flux.range(1, 24)
                .flatMapSequential(intake::submit, 100)
                .collectList()
                .toFuture();
        gate.tryEmitEmpty();
        assertThat(others)
                .succeedsWithin(Duration.ofSeconds(5))
                .isEqualTo(IntStream.range(1, 25).mapToObj(n -> n * 2).toList());
        assertThat(first).isCompletedWithValue(0);
        assertThat(sizes).containsExactly(1, 10, 10, 4);
        intake.stop();
    }

    @Test
    void refusesAtOnceWhenFull() {
        Batcher<Integer, Integer> intake = gated(2, 10);
        intake.start();
        intake.submit(1).subscribe();
        await().until(() -> sizes.equals(List.of(1)));
        List.of(2, 3).forEach(n -> intake.submit(n).subscribe());
        assertThatThrownBy(() -> intake.submit(4).block(Duration.ofSeconds(1))).isInstanceOf(OverCapacity.class);
        gate.tryEmitEmpty();
        intake.stop();
    }

    @Test
    void aCallerThatHangsUpCancelsNothing() {
        Batcher<Integer, Integer> intake = gated(10, 10);
        intake.start();
        intake.submit(1).subscribe().dispose();
        await().until(() -> sizes.equals(List.of(1)));
        Mono<Integer> other = intake.submit(2).cache();
        other.subscribe();
        gate.tryEmitEmpty();
        assertThat(other.block(Duration.ofSeconds(5))).isEqualTo(4);
        assertThat(sizes).containsExactly(1, 1);
        intake.stop();
    }

    @Test
    void aFailedBatchFailsItsCallersAndTheNextOneIsTried() {
        var intake = new Batcher<Integer, Integer>(
                "numbers", 10, 10, 1, Duration.ZERO, numbers -> switch (numbers.getFirst()) {
                    case 11 -> Mono.empty();
                    case 12 -> throw new IllegalStateException("thrown");
                    case 13 -> Mono.error(new IllegalStateException("failed"));
                    default -> Mono.just(numbers);
                });
        intake.start();
        assertThatThrownBy(() -> intake.submit(11).block(Duration.ofSeconds(5))).hasMessageContaining("no result");
        assertThatThrownBy(() -> intake.submit(12).block(Duration.ofSeconds(5))).hasMessage("thrown");
        assertThatThrownBy(() -> intake.submit(13).block(Duration.ofSeconds(5))).hasMessage("failed");
        assertThat(intake.submit(14).block(Duration.ofSeconds(5))).isEqualTo(14);
        intake.stop();
    }

    @Test
    void finishesWaitingRequestsAtShutdownAndRefusesNewOnes() {
        Batcher<Integer, Integer> intake = gated(10, 1);
        intake.start();
        Mono<Integer> first = intake.submit(1).cache();
        Mono<Integer> second = intake.submit(2).cache();
        first.subscribe();
        second.subscribe();
        Thread stopping = Thread.ofVirtual().start(intake::stop);
        await().until(() -> !intake.isRunning());
        gate.tryEmitEmpty();
        assertThat(first.block(Duration.ofSeconds(5))).isEqualTo(2);
        assertThat(second.block(Duration.ofSeconds(5))).isEqualTo(4);
        assertThatThrownBy(() -> {
                    stopping.join();
                    intake.submit(3).block(Duration.ofSeconds(1));
                })
                .isInstanceOf(OverCapacity.class);
    }

    @Test
    void lingersWhileBatchesAreNeitherSmallNorLarge() {
        assertThat(lingerAfter(Linger.LEAST - 1).pause().toFuture()).isDone();
        assertThat(lingerAfter(Linger.LEAST).pause().toFuture()).isNotDone();
        assertThat(lingerAfter(Linger.ENOUGH - 1).pause().toFuture()).isNotDone();
        assertThat(lingerAfter(Linger.ENOUGH).pause().toFuture()).isDone();
        var shortest = new Linger(Duration.ofMillis(1));
        shortest.took(Linger.LEAST);
        assertThat(shortest.pause().toFuture()).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void stopsLingeringAfterSmallBatches() {
        Linger linger = lingerAfter(Linger.LEAST * 2);
        linger.took(1);
        assertThat(linger.pause().toFuture()).isNotDone();
        linger.took(1);
        assertThat(linger.pause().toFuture()).isDone();
    }

    private static Linger lingerAfter(int events) {
        var linger = new Linger(Duration.ofHours(1));
        linger.took(events);
        return linger;
    }

    @Test
    void aBurstIsOneBatchAlthoughWorkersWereIdle() {
        Duration pause = Duration.ofMillis(300);
        var intake = new Batcher<Integer, Integer>("numbers", 200, 100, 2, pause, numbers -> {
            sizes.add(numbers.size());
            return gate.asMono().thenReturn(numbers);
        });
        intake.start();
        intake.submit(0).subscribe();
        await().until(() -> sizes.equals(List.of(1)));
        intake.submit(0).subscribe();
        await().until(() -> sizes.equals(List.of(1, 1)));
        Flux<Integer> answers = Flux.range(0, Linger.LEAST).flatMap(intake::submit, 100);
        answers.subscribe();
        gate.tryEmitEmpty();
        await().until(() -> sizes.equals(List.of(1, 1, Linger.LEAST)));
        Mono.delay(pause.multipliedBy(2)).block();
        Flux.interval(Duration.ofMillis(2))
                .take(20)
                .flatMap(tick -> intake.submit(1))
                .blockLast(Duration.ofSeconds(5));
        assertThat(sizes).containsExactly(1, 1, Linger.LEAST, 20);
        intake.stop();
    }

    @Test
    void requestsThatArriveDuringALingerShareTheNextBatch() {
        var intake = new Batcher<Integer, Integer>("numbers", 200, 100, 1, Duration.ofMillis(300), numbers -> {
            sizes.add(numbers.size());
            return gate.asMono().thenReturn(numbers);
        });
        intake.start();
        intake.submit(0).subscribe();
        await().until(() -> sizes.equals(List.of(1)));
        Flux.range(0, Linger.LEAST).flatMap(intake::submit, 100).subscribe();
        gate.tryEmitEmpty();
        await().until(() -> sizes.equals(List.of(1, Linger.LEAST)));
        List.of(1, 2, 3).forEach(n -> intake.submit(n).subscribe());
        await().until(() -> sizes.size() == 3);
        assertThat(sizes).containsExactly(1, Linger.LEAST, 3);
        intake.stop();
    }

    @Test
    void oneBadItemNeverFailsOthersInItsBatch() {
        var intake = new Batcher<Integer, Integer>("numbers", 100, 100, 1, Duration.ZERO, numbers -> {
            sizes.add(numbers.size());
            Mono<List<Integer>> work = numbers.contains(13)
                    ? Mono.error(new IllegalStateException("13 cannot be done"))
                    : Mono.just(numbers);
            return gate.asMono().then(work);
        });
        intake.start();
        intake.submit(0).subscribe();
        await().until(() -> sizes.equals(List.of(1)));
        List<CompletableFuture<Integer>> callers = IntStream.range(1, 50)
                .mapToObj(n -> intake.submit(n).toFuture())
                .toList();
        gate.tryEmitEmpty();
        for (int n = 1; n < 50; n++) {
            if (n == 13) {
                assertThat(callers.get(n - 1))
                        .failsWithin(Duration.ofSeconds(5))
                        .withThrowableThat()
                        .withMessageContaining("13 cannot be done");
            } else {
                assertThat(callers.get(n - 1))
                        .succeedsWithin(Duration.ofSeconds(5))
                        .isEqualTo(n);
            }
        }
        intake.stop();
    }

    @Test
    void anUnavailableDatabaseFailsABatchWithoutHalving() {
        var intake = new Batcher<Integer, Integer>("numbers", 100, 100, 1, Duration.ZERO, numbers -> {
            sizes.add(numbers.size());
            return gate.asMono().then(Mono.error(new R2dbcTransientResourceException("away", "08000", 0)));
        });
        intake.start();
        intake.submit(0).onErrorComplete().subscribe();
        await().until(() -> sizes.equals(List.of(1)));
        List<CompletableFuture<Integer>> callers = IntStream.range(1, 50)
                .mapToObj(n -> intake.submit(n).toFuture())
                .toList();
        gate.tryEmitEmpty();
        callers.forEach(caller -> assertThat(caller).failsWithin(Duration.ofSeconds(5)));
        assertThat(sizes).hasSizeLessThan(4);
        intake.stop();
    }
}
