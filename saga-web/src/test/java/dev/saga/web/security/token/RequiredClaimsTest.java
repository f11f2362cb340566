package dev.saga.web.security.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.Jwt;

class RequiredClaimsTest {
    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void acceptsATokenWithAUserAndStringRolesOrNone() {
        assertThat(holds("ann", END, null)).isTrue();
        assertThat(holds("ann", END, List.of("ops"))).isTrue();
        assertThat(holds("ann", END, "ops audit")).isTrue();
    }

    @Test
    void refusesATokenWithoutAUser() {
        assertThat(holds(null, END, null)).isFalse();
        assertThat(holds(" ", END, null)).isFalse();
    }

    @Test
    void refusesATokenWithoutAnExpiryTime() {
        assertThat(holds("ann", null, null)).isFalse();
    }

    @Test
    void refusesRolesThatAreNotStrings() {
        assertThat(holds("ann", END, List.of(List.of("ops")))).isFalse();
        assertThat(holds("ann", END, Map.of("ops", true))).isFalse();
    }

    private static boolean holds(@Nullable String user, @Nullable Instant end, @Nullable Object roles) {
        Jwt.Builder token = Jwt.withTokenValue("t").header("alg", "RS256").claim("iss", "i");
        if (user != null) {
            token.subject(user);
        }
        if (end != null) {
            token.expiresAt(end);
        }
        if (roles != null) {
            token.claim("roles", roles);
        }
        return !new RequiredClaims("roles").validate(token.build()).hasErrors();
    }
}
