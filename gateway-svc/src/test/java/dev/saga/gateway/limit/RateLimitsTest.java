package dev.saga.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.gateway.GatewayProperties;
import dev.saga.web.problem.Problem;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class RateLimitsTest {
    private RateLimits limits = limits(2, 100);

    private static RateLimits limits(int rate, int atOnce) {
        return new RateLimits(
                new GatewayProperties(Map.of(), Duration.ofDays(1), Duration.ofSeconds(1), rate, atOnce, 100, 65_536));
    }

    @Test
    void limitsRequestsPerSecondAndSendsRetryAfter() {
        passes("ann.test", "/order-service/ann/orders");
        passes("ann.test", "/order-service/ann/orders");
        StepVerifier.create(send("ann.test", "/order-service/ann/orders")).verifyErrorSatisfies(refusal -> {
            assertThat(((Problem) refusal).getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
            assertThat(((Problem) refusal).getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
                    .isNotNull();
        });
        passes("bob.test", "/order-service/bob/orders");
    }

    @Test
    void anEncodedPathCountsToo() {
        passes("ann.test", "/order%2Dservice/ann/orders");
        passes("ann.test", "/fleet");
        StepVerifier.create(send("ann.test", "/order%2Dservice/ann/orders")).verifyError(Problem.class);
    }

    @Test
    void consoleFilesAndHealthAreNotCounted() {
        for (int i = 0; i < 10; i++) {
            passes("ann.test", "/console/app.js");
            passes("ann.test", "/");
            passes("ann.test", "/actuator/health/readiness");
        }
    }

    @Test
    void limitsConcurrentRequests() {
        limits = limits(100, 1);
        Disposable waiting =
                send("ann.test", "/order-service/ann/orders", Mono.never()).subscribe();
        StepVerifier.create(send("ann.test", "/order-service/ann/orders"))
                .verifyErrorSatisfies(refusal ->
                        assertThat(((Problem) refusal).getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS));
        passes("bob.test", "/order-service/bob/orders");
        waiting.dispose();
        passes("ann.test", "/order-service/ann/orders");
    }

    private void passes(String caller, String path) {
        StepVerifier.create(send(caller, path)).verifyComplete();
    }

    private Mono<Void> send(String caller, String path) {
        return send(caller, path, Mono.empty());
    }

    private Mono<Void> send(String caller, String path, Mono<Void> answer) {
        var request = MockServerHttpRequest.method(org.springframework.http.HttpMethod.GET, java.net.URI.create(path))
                .remoteAddress(InetSocketAddress.createUnresolved(caller, 1))
                .build();
        return limits.filter(MockServerWebExchange.from(request), exchange -> answer);
    }
}
