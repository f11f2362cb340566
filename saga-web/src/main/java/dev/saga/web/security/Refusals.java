package dev.saga.web.security;

import dev.saga.web.problem.Problem;
import dev.saga.web.problem.Problems;
import dev.saga.web.security.token.OwnerOnly;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authorization.ServerAccessDeniedHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Refuses callers with a problem that names the remedy and reveals nothing else. */
final class Refusals implements ServerAuthenticationEntryPoint, ServerAccessDeniedHandler {
    private final Problems problems;

    Refusals(Problems problems) {
        this.problems = problems;
    }

    /** Responds 401 if there is no valid token, and 503 if the issuer's keys are not available. */
    @Override
    public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException failure) {
        return problems.answer(exchange, of(failure));
    }

    Mono<Void> notAuthenticated(WebFilterExchange exchange, AuthenticationException failure) {
        return commence(exchange.getExchange(), failure);
    }

    private static Problem of(AuthenticationException failure) {
        return switch (failure) {
            case AuthenticationServiceException unavailable ->
                Problem.busy("issuer-unavailable", "The issuer of tokens does not answer; nothing was stored.");
            case InvalidBearerTokenException invalid ->
                Problem.unauthorized("The token is not valid: it has expired, or it is not for this system.");
            default -> Problem.unauthorized("A token is required: Authorization: Bearer <token>.");
        };
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, AccessDeniedException denial) {
        return problems.answer(
                exchange,
                OwnerOnly.isDenied(exchange)
                        ? Problem.notFound("order", "The user of this token has no such order.")
                        : Problem.forbidden("This call needs the role " + AccessRules.OPERATOR + "."));
    }
}
