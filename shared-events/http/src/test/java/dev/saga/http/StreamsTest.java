package dev.saga.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class StreamsTest {
    private static final Flux<ServerSentEvent<String>> ENDLESS = Flux.never();

    private final Streams streams = new Streams(new StreamProperties(2, 3, Duration.ofMinutes(15)));

    @Test
    void letsAUserHaveSoManyAndNoMoreUntilOneIsClosed() {
        Disposable first = streams.of("ann", ENDLESS).subscribe();
        streams.of("ann", ENDLESS).subscribe();
        refused("ann");
        first.dispose();
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void letsAllUsersTogetherHaveSoMany() {
        streams.of("ann", ENDLESS).subscribe();
        streams.of("ann", ENDLESS).subscribe();
        streams.of("bob", ENDLESS).subscribe();
        refused("eve");
    }

    @Test
    void countsARefusedOneAsClosed() {
        streams.of("ann", ENDLESS).subscribe();
        Disposable second = streams.of("ann", ENDLESS).subscribe();
        for (int i = 0; i < 5; i++) {
            refused("ann");
        }
        second.dispose();
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void freesThePlaceOfAStreamThatEndsOrFails() {
        for (int i = 0; i < 5; i++) {
            StepVerifier.create(streams.of("ann", Flux.<ServerSentEvent<String>>empty()))
                    .verifyComplete();
            StepVerifier.create(streams.of("ann", Flux.<ServerSentEvent<String>>error(new IllegalStateException())))
                    .verifyError(IllegalStateException.class);
        }
        assertThat(isOpen("ann")).isTrue();
    }

    @Test
    void isNotSilentForLongerThanAQuarterOfAMinute() {
        StepVerifier.withVirtualTime(() -> streams.of("ann", ENDLESS))
                .thenAwait(Duration.ofSeconds(15))
                .expectNextMatches(event -> event.comment() != null && event.data() == null)
                .thenCancel()
                .verify(Duration.ofSeconds(20));
    }

    @Test
    void endsAfterItsLifetimeSoThatATokenIsLookedAtAgain() {
        StepVerifier.withVirtualTime(() -> streams.of("ann", ENDLESS))
                .thenAwait(Duration.ofMinutes(15))
                .thenConsumeWhile(comment -> true)
                .verifyComplete();
        assertThat(isOpen("ann")).isTrue();
    }

    private void refused(String user) {
        StepVerifier.create(streams.of(user, ENDLESS)).verifyError(Problem.class);
    }

    private boolean isOpen(String user) {
        List<Throwable> failures = new ArrayList<>();
        Disposable open = streams.of(user, ENDLESS).subscribe(event -> {}, failures::add);
        open.dispose();
        return failures.isEmpty();
    }
}
