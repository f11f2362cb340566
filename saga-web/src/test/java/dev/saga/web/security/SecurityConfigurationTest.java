package dev.saga.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.web.HttpConfiguration;
import dev.saga.web.UnguardedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.test.web.reactive.server.WebTestClient;

class SecurityConfigurationTest {
    private static final String KEYS = "spring.security.oauth2.resourceserver.jwt.jwk-set-uri=http://127.0.0.1:1/jwks";
    private static final String AUDIENCE = "spring.security.oauth2.resourceserver.jwt.audiences=saga";
    private static final String[] ISSUER = {KEYS, AUDIENCE, "saga.issuer.name=https://id.example.org"};

    /** {"alg":"RS256"}.{"sub":"ann"} and an invalid signature. */
    private static final String UNSIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.AA";

    private final ReactiveWebApplicationContextRunner service = new ReactiveWebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    WebFluxAutoConfiguration.class,
                    HttpConfiguration.class,
                    ReactiveOAuth2ResourceServerAutoConfiguration.class,
                    SecurityConfiguration.class))
            .withBean(SimpleMeterRegistry.class)
            .withPropertyValues("spring.application.name=some-svc");

    @Test
    void startsOpenOnLoopback() {
        service.withPropertyValues("server.address=127.0.0.1")
                .run(context -> assertThat(context).hasSingleBean(SecurityWebFilterChain.class));
    }

    @Test
    void refusesToStartOpenOnOtherAddresses() {
        service.withPropertyValues("server.address=0.0.0.0")
                .run(context ->
                        assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(UnguardedException.class));
        service.run(
                context -> assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(UnguardedException.class));
    }

    @Test
    void startsOpenOnOtherAddressesIfConfigured() {
        service.withPropertyValues("server.address=0.0.0.0", "saga.security=open")
                .run(context -> assertThat(context).hasNotFailed());
        service.withPropertyValues("server.address=0.0.0.0", "saga.security=off")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void startsOnOtherAddressesWithAnIssuer() {
        service.withPropertyValues(ISSUER)
                .withPropertyValues("server.address=0.0.0.0")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void requiresAnAudienceUnlessAnyIsAccepted() {
        var anybody = service.withPropertyValues(KEYS, "saga.issuer.name=https://id.example.org");
        anybody.run(
                context -> assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(UnguardedException.class));
        anybody.withPropertyValues("spring.security.oauth2.resourceserver.jwt.audiences=")
                .run(context -> assertThat(context).hasFailed());
        anybody.withPropertyValues("saga.issuer.any-audience=true")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void requiresTheNameOfTheIssuer() {
        service.withPropertyValues(KEYS, AUDIENCE)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasRootCauseInstanceOf(UnguardedException.class)
                        .hasStackTraceContaining("issuer's name"));
    }

    @Test
    void treatsAnEmptyIssuerAsNone() {
        service.withPropertyValues("server.address=127.0.0.1", "spring.security.oauth2.resourceserver.jwt.issuer-uri=")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .getBean(Exposure.class)
                        .isEqualTo(new Exposure(false, java.net.InetAddress.ofLiteral("127.0.0.1"))));
    }

    @Test
    void responds503IfTheIssuerDoesNotRespond() {
        for (String issuer : List.of(KEYS, KEYS.replace("jwk-set-uri", "issuer-uri"))) {
            service.withPropertyValues(issuer, AUDIENCE, "saga.issuer.name=https://id.example.org")
                    .run(context -> WebTestClient.bindToApplicationContext(context)
                            .build()
                            .get()
                            .uri("/anything")
                            .header("Authorization", "Bearer " + UNSIGNED)
                            .exchange()
                            .expectStatus()
                            .isEqualTo(503)
                            .expectBody()
                            .jsonPath("$.type")
                            .isEqualTo("urn:saga:problem:issuer-unavailable"));
        }
    }

    @Test
    void reportsTheRemedyInsteadOfAStackTrace() {
        var cause = UnguardedException.withoutIssuer(null);
        FailureAnalysis analysis = new UnguardedFailureAnalyzer().analyze(cause, cause);
        assertThat(analysis.getDescription()).contains("every address");
        assertThat(analysis.getAction()).contains("issuer-uri", "saga.security=open");
    }
}
