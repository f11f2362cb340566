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

/** Turns callers away with a problem that says what to do, and nothing about what is behind the door. */
final class Refusals implements ServerAuthenticationEntryPoint, ServerAccessDeniedHandler {
    private final Problems problems;

    Refusals(Problems problems) {
        this.problems = problems;
    }

    /** No token, or none that holds; 503 where the issuer's keys cannot be had. */
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
                Problem.unauthorized("The token does not hold: it has expired, or is not for this system.");
            default -> Problem.unauthorized("Say who is asking: Authorization: Bearer <token>.");
        };
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, AccessDeniedException denial) {
        return problems.answer(
                exchange,
                OwnerOnly.isDenied(exchange)
                        ? Problem.notFound("order", "There is no such order of the user whose token this is.")
                        : Problem.forbidden("This call needs the role " + AccessRules.OPERATOR + "."));
    }
}
