package dev.saga.http;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class StreamsTest {
    private static final Flux<ServerSentEvent<String>> ENDLESS = Flux.never();

    private static final ServerHttpRequest REQUEST = new Request();

    private final Streams streams = new Streams(new StreamProperties(2, 3, Duration.ofMinutes(15)));

    @Test
    void letsAUserHaveSoManyAndNoMoreUntilOneIsClosed() {
        Disposable first = streams.of(REQUEST, "ann", ENDLESS).subscribe();
        streams.of(REQUEST, "ann", ENDLESS).subscribe();
        refused("ann");
        first.dispose();
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void letsAllUsersTogetherHaveSoMany() {
        streams.of(REQUEST, "ann", ENDLESS).subscribe();
        streams.of(REQUEST, "ann", ENDLESS).subscribe();
        streams.of(REQUEST, "bob", ENDLESS).subscribe();
        refused("eve");
    }

    @Test
    void countsARefusedOneAsClosed() {
        streams.of(REQUEST, "ann", ENDLESS).subscribe();
        Disposable second = streams.of(REQUEST, "ann", ENDLESS).subscribe();
        for (int i = 0; i < 5; i++) {
            refused("ann");
        }
        second.dispose();
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void freesThePlaceOfAStreamThatEndsOrFails() {
        for (int i = 0; i < 5; i++) {
            StepVerifier.create(streams.of(REQUEST, "ann", Flux.<ServerSentEvent<String>>empty()))
                    .verifyComplete();
            StepVerifier.create(streams.of(
                            REQUEST, "ann", Flux.<ServerSentEvent<String>>error(new IllegalStateException())))
                    .verifyError(IllegalStateException.class);
        }
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void isNotSilentForLongerThanAQuarterOfAMinute() {
        StepVerifier.withVirtualTime(() -> streams.of(REQUEST, "ann", ENDLESS))
                .thenAwait(Duration.ofSeconds(15))
                .expectNextMatches(event -> event.comment() != null && event.data() == null)
                .thenCancel()
                .verify(Duration.ofSeconds(20));
    }

    @Test
    void endsAfterItsLifetimeSoThatATokenIsLookedAtAgain() {
        StepVerifier.withVirtualTime(() -> streams.of(REQUEST, "ann", ENDLESS))
                .thenAwait(Duration.ofMinutes(15))
                .thenConsumeWhile(comment -> true)
                .verifyComplete();
        assertThat(isOpen("ann")).isTrue();
    }

    private void refused(String user) {
        StepVerifier.create(streams.of(REQUEST, user, ENDLESS)).verifyError(Problem.class);
    }

    private boolean isOpen(String user) {
        List<Throwable> failures = new ArrayList<>();
        Disposable open = streams.of(REQUEST, user, ENDLESS).subscribe(event -> {}, failures::add);
        open.dispose();
        return failures.isEmpty();
    }

    /** A request that came over no connection. */
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
