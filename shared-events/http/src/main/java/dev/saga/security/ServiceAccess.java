package dev.saga.security;

import org.springframework.http.HttpMethod;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import reactor.core.publisher.Mono;

/** The rules of the three services: orders are their user's, the catalogue is for everybody who signed in, the rest for operators. */
final class ServiceAccess implements AccessRules {
    /** Somebody else's orders are not forbidden but not there: a refusal would say that they are. */
    static final class NotTheirs extends AuthorizationDecision {
        NotTheirs() {
            super(false);
        }
    }

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
        return who.map(user -> user.getName().equals(owner) ? new AuthorizationDecision(true) : new NotTheirs());
    }
}
