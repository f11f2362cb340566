package dev.saga.security;

import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The rules of the three services: orders are their user's, the catalogue is for everybody who signed in, the rest for operators. */
final class ServiceAccess implements AccessRules {
    private static final String NOT_THEIRS = ServiceAccess.class.getName() + ".notTheirs";

    @Override
    public void state(AuthorizeExchangeSpec exchanges) {
        exchanges
                .pathMatchers("/health_check", "/actuator/health/**", "/v3/api-docs/**")
                .permitAll()
                .pathMatchers("/{userId}/orders/**")
                .access(ServiceAccess::theirOwn)
                .pathMatchers(HttpMethod.GET, "/products", "/products/{productId}")
                .authenticated()
                .anyExchange()
                .hasRole(OPERATOR);
    }

    private static Mono<AuthorizationResult> theirOwn(Mono<Authentication> who, AuthorizationContext what) {
        Object owner = what.getVariables().get("userId");
        return who.map(user -> decision(user.getName().equals(owner), what.getExchange()));
    }

    private static AuthorizationResult decision(boolean granted, ServerWebExchange exchange) {
        if (!granted) {
            exchange.getAttributes().put(NOT_THEIRS, true);
        }
        return new AuthorizationDecision(granted);
    }

    /** Whether somebody else's orders were asked for: they are not forbidden but not there, for a refusal would tell. */
    static boolean isNotTheirs(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(NOT_THEIRS, false);
    }
}
