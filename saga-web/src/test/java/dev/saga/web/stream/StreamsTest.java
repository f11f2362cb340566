package dev.saga.web.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.web.problem.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class StreamsTest {
    private static final Flux<ServerSentEvent<String>> ENDLESS = Flux.never();

    private static final ServerWebExchange EXCHANGE = MockServerWebExchange.from(MockServerHttpRequest.get("/"))
            .mutate()
            .request(new Request())
            .build();

    private final Streams streams = new Streams(new StreamProperties(2, 3, Duration.ofMinutes(15)));

    @Test
    void limitsTheStreamsOfOneUser() {
        Disposable first = streams.of(EXCHANGE, "ann", ENDLESS).subscribe();
        streams.of(EXCHANGE, "ann", ENDLESS).subscribe();
        refused("ann");
        first.dispose();
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void limitsTheStreamsOfAllUsers() {
        streams.of(EXCHANGE, "ann", ENDLESS).subscribe();
        streams.of(EXCHANGE, "ann", ENDLESS).subscribe();
        streams.of(EXCHANGE, "bob", ENDLESS).subscribe();
        refused("eve");
    }

    @Test
    void aRefusedStreamDoesNotCount() {
        streams.of(EXCHANGE, "ann", ENDLESS).subscribe();
        Disposable second = streams.of(EXCHANGE, "ann", ENDLESS).subscribe();
        for (int i = 0; i < 5; i++) {
            refused("ann");
        }
        second.dispose();
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void aStreamThatEndsOrFailsNoLongerCounts() {
        for (int i = 0; i < 5; i++) {
            StepVerifier.create(streams.of(EXCHANGE, "ann", Flux.<ServerSentEvent<String>>empty()))
                    .expectNextCount(1)
                    .verifyComplete();
            StepVerifier.create(streams.of(
                            EXCHANGE, "ann", Flux.<ServerSentEvent<String>>error(new IllegalStateException())))
                    .expectNextCount(1)
                    .verifyError(IllegalStateException.class);
        }
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void sendsACommentEvery15Seconds() {
        StepVerifier.withVirtualTime(() -> streams.of(EXCHANGE, "ann", ENDLESS))
                .expectNextMatches(event -> Duration.ofSeconds(2).equals(event.retry()))
                .thenAwait(Duration.ofSeconds(15))
                .expectNextMatches(event -> event.comment() != null && event.data() == null)
                .thenCancel()
                .verify(Duration.ofSeconds(20));
    }

    @Test
    void endsAfterItsLifetime() {
        StepVerifier.withVirtualTime(() -> streams.of(EXCHANGE, "ann", ENDLESS))
                .thenAwait(Duration.ofMinutes(15))
                .thenConsumeWhile(comment -> true)
                .verifyComplete();
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void forbidsProxiesToBufferOrToStore() {
        streams.of(EXCHANGE, "ann", ENDLESS).subscribe().dispose();
        HttpHeaders headers = EXCHANGE.getResponse().getHeaders();
        assertThat(headers.getFirst("X-Accel-Buffering")).isEqualTo("no");
        assertThat(headers.getCacheControl()).isEqualTo("no-cache");
    }

    private void refused(String user) {
        StepVerifier.create(streams.of(EXCHANGE, user, ENDLESS)).verifyError(Problem.class);
    }

    private boolean isOpen(String user) {
        List<Throwable> failures = new ArrayList<>();
        Disposable open = streams.of(EXCHANGE, user, ENDLESS).subscribe(event -> {}, failures::add);
        open.dispose();
        return failures.isEmpty();
    }

    /** A request without a connection. */
    private static final class Request extends AbstractServerHttpRequest {
        Request() {
            super(HttpMethod.GET, URI.create("/"), "", new HttpHeaders());
        }

        @Override
        protected MultiValueMap<String, HttpCookie> initCookies() {
            return new LinkedMultiValueMap<>();
        }

        @Override
        protected SslInfo initSslInfo() {
            return null;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T getNativeRequest() {
            return (T) this;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.empty();
        }
    }
}
