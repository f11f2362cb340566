package dev.saga.web.security.token;

import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ReactiveAuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Grants access to the owner only: the path's {@code {userId}}. Other users get 404 instead of 403. */
public final class OwnerOnly implements ReactiveAuthorizationManager<AuthorizationContext> {
    private static final String DENIED = OwnerOnly.class.getName() + ".not";

    @Override
    public Mono<AuthorizationResult> authorize(Mono<Authentication> caller, AuthorizationContext request) {
        Object owner = request.getVariables().get("userId");
        return caller.map(user -> decision(user.getName().equals(owner), request.getExchange()));
    }

    private static AuthorizationResult decision(boolean granted, ServerWebExchange exchange) {
        if (!granted) {
            exchange.getAttributes().put(DENIED, true);
        }
        return new AuthorizationDecision(granted);
    }

    public static boolean isDenied(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(DENIED, false);
    }
}
