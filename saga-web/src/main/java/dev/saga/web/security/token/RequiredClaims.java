package dev.saga.web.security.token;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/** Requires a token to have a user and an expiry time, and its roles, if any, to be strings. */
public final class RequiredClaims implements OAuth2TokenValidator<Jwt> {
    private static final OAuth2Error WRONG = new OAuth2Error("invalid_token", "sub, exp or roles", null);

    private final String roles;

    public RequiredClaims(String roles) {
        this.roles = roles;
    }

    @Override
    public OAuth2TokenValidatorResult validate(Jwt token) {
        String user = token.getSubject();
        boolean sound =
                user != null && !user.isBlank() && token.getExpiresAt() != null && areStrings(token.getClaim(roles));
        return sound ? OAuth2TokenValidatorResult.success() : OAuth2TokenValidatorResult.failure(WRONG);
    }

    private static boolean areStrings(@Nullable Object claim) {
        return switch (claim) {
            case null -> true;
            case String words -> true;
            case Collection<?> all -> all.stream().allMatch(String.class::isInstance);
            default -> false;
        };
    }
}
