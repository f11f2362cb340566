package dev.saga.http;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Event streams that are open on this instance: so many of a user, so many in all, none silent for long, none for ever. */
public final class Streams {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final StreamProperties limits;
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();

    Streams(StreamProperties limits) {
        this.limits = limits;
    }

    /**
     * The stream, counted for a user from its subscription to its end, with a comment in between where nothing happens:
     * so that a connection that is gone is noticed.
     *
     * @return a stream that fails with {@link Problem} 429 where too many are open
     */
    public <T> Flux<ServerSentEvent<T>> of(String user, Flux<ServerSentEvent<T>> stream) {
        return Flux.usingWhen(
                Mono.fromRunnable(() -> enter(user)).thenReturn(user),
                entered -> alive(stream).take(limits.lifetime()),
                left -> Mono.fromRunnable(() -> leave(user)));
    }

    private static <T> Flux<ServerSentEvent<T>> alive(Flux<ServerSentEvent<T>> stream) {
        Sinks.Empty<Void> end = Sinks.empty();
        Flux<ServerSentEvent<T>> comments = Flux.interval(SILENCE)
                .onBackpressureDrop()
                .map(tick -> ServerSentEvent.<T>builder().comment("").build())
                .takeUntilOther(end.asMono());
        return stream.doFinally(signal -> end.tryEmitEmpty()).mergeWith(comments);
    }

    private void enter(String user) {
        boolean tooMany = open.merge(user, 1, Integer::sum) > limits.perUser();
        if (all.incrementAndGet() > limits.all() || tooMany) {
            leave(user);
            throw Problem.tooMany("At most " + limits.perUser() + " event streams of one user are open at once.");
        }
    }

    private void leave(String user) {
        all.decrementAndGet();
        open.computeIfPresent(user, (name, count) -> count == 1 ? null : count - 1);
    }
}
