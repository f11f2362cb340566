package dev.saga.web.stream;

import dev.saga.web.problem.Problem;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * The open event streams of this instance: limited per user and in total, never silent for long, and of limited
 * lifetime.
 */
public final class Streams implements SmartLifecycle {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** Pause after which a client reconnects when its stream has ended. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final StreamProperties limits;
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile boolean running;

    public Streams(StreamProperties limits) {
        this.limits = limits;
    }

    /**
     * Returns the event stream for a request. It counts for the user from its subscription to its end. It begins with
     * the pause after which a client reconnects, and has a comment every 15 s, so that a broken connection is noticed.
     * Headers tell proxies neither to buffer nor to store it.
     *
     * @return a stream that ends after {@code saga.streams.lifetime}; it fails with {@link Problem} 429 if too many are
     *     open
     */
    public <T> Flux<ServerSentEvent<T>> of(ServerWebExchange exchange, String user, Flux<ServerSentEvent<T>> stream) {
        return Flux.using(
                () -> enter(user),
                entered -> withLimits(withHeaders(exchange.getResponse().getHeaders(), stream))
                        .takeUntilOther(ConnectionEnd.of(exchange.getRequest())),
                this::leave);
    }

    private static <T> Flux<ServerSentEvent<T>> withHeaders(HttpHeaders headers, Flux<ServerSentEvent<T>> stream) {
        headers.setCacheControl("no-cache");
        headers.set("X-Accel-Buffering", "no");
        return stream.startWith(
                ServerSentEvent.<T>builder().retry(RETRY).comment("").build());
    }

    private <T> Flux<ServerSentEvent<T>> withLimits(Flux<ServerSentEvent<T>> stream) {
        return withComments(stream).take(limits.lifetime()).takeUntilOther(stopping.asMono());
    }

    private static <T> Flux<ServerSentEvent<T>> withComments(Flux<ServerSentEvent<T>> stream) {
        Sinks.Empty<Void> end = Sinks.empty();
        Flux<ServerSentEvent<T>> comments = Flux.interval(SILENCE)
                .onBackpressureDrop()
                .map(tick -> ServerSentEvent.<T>builder().comment("").build())
                .takeUntilOther(end.asMono());
        return stream.doFinally(signal -> end.tryEmitEmpty()).mergeWith(comments);
    }

    private String enter(String user) {
        if (all.incrementAndGet() > limits.all()) {
            all.decrementAndGet();
            throw Problem.tooMany("At most " + limits.all() + " event streams are open at once.");
        }
        if (open.merge(user, 1, Integer::sum) > limits.perUser()) {
            leave(user);
            throw Problem.tooMany("At most " + limits.perUser() + " event streams of one user are open at once.");
        }
        return user;
    }

    private void leave(String user) {
        all.decrementAndGet();
        open.computeIfPresent(user, (name, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void start() {
        running = true;
    }

    /** Ends all streams before the server waits for its open responses. */
    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
