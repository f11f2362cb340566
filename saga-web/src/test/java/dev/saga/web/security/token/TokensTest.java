package dev.saga.web.security.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.security.oauth2.jwt.Jwt;

class TokensTest {
    private static final String NAME = "https://id.example.org";

    private final OAuth2ResourceServerProperties.Jwt issuer = new OAuth2ResourceServerProperties().getJwt();

    @Test
    void acceptsTheUsualTokenTypes() {
        for (String type : List.of("JWT", "jwt", "at+jwt", "application/at+jwt", "")) {
            assertThat(holds(token -> token.header("typ", type))).as(type).isTrue();
        }
        assertThat(holds(token -> {})).isTrue();
        assertThat(holds(token -> token.header("typ", "dpop+jwt"))).isFalse();
    }

    @Test
    void theIssuersNameIsCheckedIfOnlyItsKeysAreConfigured() {
        assertThat(holds(token -> token.claim("iss", "https://other.example.org")))
                .isFalse();
        assertThat(holds(token -> token.claims(claims -> claims.remove("iss")))).isFalse();
    }

    @Test
    void requiresOneOfTheAudiencesUnlessAnyIsAccepted() {
        Consumer<Jwt.Builder> forOthers = token -> token.audience(List.of("others"));
        assertThat(holds(forOthers)).isFalse();
        assertThat(holds(token -> token.claims(claims -> claims.remove("aud")))).isFalse();
        assertThat(holds(token -> token.audience(List.of("others", "saga")))).isTrue();
        assertThat(holds(true, forOthers)).isTrue();
    }

    @Test
    void refusesAnExpiredToken() {
        assertThat(holds(token -> token.expiresAt(Instant.now().minusSeconds(120))))
                .isFalse();
    }

    private boolean holds(Consumer<Jwt.Builder> change) {
        return holds(false, change);
    }

    private boolean holds(boolean anyAudience, Consumer<Jwt.Builder> change) {
        issuer.setJwkSetUri("http://127.0.0.1:1/jwks");
        issuer.setAudiences(List.of("saga"));
        var more = new IssuerProperties(
                NAME,
                anyAudience,
                Duration.ofMinutes(5),
                Duration.ofMinutes(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2));
        Jwt.Builder token = Jwt.withTokenValue("t")
                .header("alg", "RS256")
                .claim("iss", NAME)
                .subject("ann")
                .audience(List.of("saga"))
                .expiresAt(Instant.now().plusSeconds(60));
        change.accept(token);
        return !Tokens.validator(issuer, more, new RequiredClaims("roles"))
                .validate(token.build())
                .hasErrors();
    }
}
