package dev.saga.web.security.token;

import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ReactiveAuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What belongs to one user, the path's {@code {userId}}: for anybody else it is not forbidden but not there. */
public final class OwnerOnly implements ReactiveAuthorizationManager<AuthorizationContext> {
    private static final String NOT_THEIRS = OwnerOnly.class.getName() + ".not";

    @Override
    public Mono<AuthorizationResult> authorize(Mono<Authentication> who, AuthorizationContext what) {
        Object owner = what.getVariables().get("userId");
        return who.map(user -> decision(user.getName().equals(owner), what.getExchange()));
    }

    private static AuthorizationResult decision(boolean granted, ServerWebExchange exchange) {
        if (!granted) {
            exchange.getAttributes().put(NOT_THEIRS, true);
        }
        return new AuthorizationDecision(granted);
    }

    public static boolean isDenied(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(NOT_THEIRS, false);
    }
}
