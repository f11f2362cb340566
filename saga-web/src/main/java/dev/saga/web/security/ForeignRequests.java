package dev.saga.web.security;

import dev.saga.web.problem.Problem;
import dev.saga.web.problem.Problems;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Without tokens, refuses requests whose {@code Host} is not a name of this service, and requests that a page of
 * another origin causes in a browser: with 403, on every port.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ForeignRequests implements WebFilter {
    private final Exposure exposure;
    private final KnownHosts hosts;
    private final Problems problems;

    ForeignRequests(Exposure exposure, KnownHosts hosts, Problems problems) {
        this.exposure = exposure;
        this.hosts = hosts;
        this.problems = problems;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String refusal = exposure.guarded() ? null : refusal(exchange.getRequest());
        return refusal == null ? chain.filter(exchange) : problems.answer(exchange, Problem.forbidden(refusal));
    }

    private @Nullable String refusal(ServerHttpRequest request) {
        List<String> named = request.getHeaders().getOrEmpty(HttpHeaders.HOST);
        String origin = request.getHeaders().getFirst(HttpHeaders.ORIGIN);
        if (named.size() > 1 || named.stream().anyMatch(host -> !hosts.has(host, request.getLocalAddress()))) {
            return "The Host of this request is not a name of this service; saga.http.hosts lists more of them.";
        }
        if (origin != null && !CrossSiteRequests.isSafe(request) && !isOf(origin, named)) {
            return "This request comes from a page of another origin.";
        }
        return null;
    }

    private static boolean isOf(String origin, List<String> named) {
        try {
            return named.stream()
                    .anyMatch(host -> host.equalsIgnoreCase(URI.create(origin).getRawAuthority()));
        } catch (IllegalArgumentException noUri) {
            return false;
        }
    }
}
