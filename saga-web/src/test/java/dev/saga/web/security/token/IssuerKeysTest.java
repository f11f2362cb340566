package dev.saga.web.security.token;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class IssuerKeysTest {
    private static final IssuerProperties LIMITS = new IssuerProperties(
            "i", false, Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofSeconds(10), Duration.ofSeconds(2));

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Mono<JWKSet> answer = Mono.just(setOf("one"));
    private final IssuerKeys keys = new IssuerKeys(
            Mono.defer(() -> {
                fetches.incrementAndGet();
                return answer;
            }),
            LIMITS,
            now::get);

    @Test
    void unknownKeyIdsCauseOneFetchPerPause() {
        for (int i = 0; i < 500; i++) {
            assertThat(found("made-up-" + i)).containsExactly("one");
        }
        assertThat(fetches).hasValue(1);
        passes(Duration.ofSeconds(10));
        found("made-up");
        found("made-up-too");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void knownKeysAreRefreshedAfterFiveMinutes() {
        found("one");
        passes(Duration.ofSeconds(299));
        found("one");
        assertThat(fetches).hasValue(1);
        passes(Duration.ofSeconds(1));
        found("one");
        found("one");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void aNewKeyIsKnownAtItsFirstToken() {
        found("one");
        answer = Mono.just(setOf("one", "two"));
        passes(Duration.ofSeconds(10));
        assertThat(found("two")).contains("two");
    }

    @Test
    void aWithdrawnKeyIsForgotten() {
        found("one");
        answer = Mono.just(setOf("two"));
        passes(Duration.ofMinutes(5));
        assertThat(found("one")).containsExactly("two");
    }

    @Test
    void keysSurviveAnOutageOfTheIssuerForLimitedTime() {
        found("one");
        answer = Mono.error(new IllegalStateException("away"));
        passes(Duration.ofMinutes(6));
        assertThat(found("one")).containsExactly("one");
        passes(Duration.ofMinutes(24));
        StepVerifier.create(keys.of(token("one"))).verifyError(IllegalStateException.class);
    }

    @Test
    void anUnavailableIssuerIsCalledAndLoggedOncePerPause() {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var log = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(IssuerKeys.class);
        log.addAppender(lines);
        log.setLevel(Level.WARN);
        answer = Mono.error(new IllegalStateException("away"));
        for (int i = 0; i < 100; i++) {
            StepVerifier.create(keys.of(token("one"))).verifyError(IllegalStateException.class);
        }
        assertThat(fetches).hasValue(1);
        log.detachAppender(lines);
        assertThat(lines.list).hasSize(1);
    }

    @Test
    void aSilentIssuerTimesOut() {
        answer = Mono.never();
        StepVerifier.withVirtualTime(() -> keys.of(token("one")))
                .thenAwait(Duration.ofSeconds(2))
                .verifyError(java.util.concurrent.TimeoutException.class);
    }

    @Test
    void concurrentRequestsShareOneFetch() {
        answer = Mono.just(setOf("one")).delayElement(Duration.ofSeconds(1));
        StepVerifier.withVirtualTime(() -> keys.of(token("one")).mergeWith(keys.of(token("two"))))
                .thenAwait(Duration.ofSeconds(1))
                .expectNextCount(2)
                .verifyComplete();
        assertThat(fetches).hasValue(1);
    }

    private void passes(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private List<String> found(String keyId) {
        return keys.of(token(keyId)).map(JWK::getKeyID).collectList().block();
    }

    private static SignedJWT token(String keyId) {
        return new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(keyId).build(), new JWTClaimsSet.Builder().build());
    }

    private static JWKSet setOf(String... keyIds) {
        return new JWKSet(Stream.of(keyIds)
                .<JWK>map(keyId ->
                        new OctetSequenceKey.Builder(new byte[32]).keyID(keyId).build())
                .toList());
    }
}
