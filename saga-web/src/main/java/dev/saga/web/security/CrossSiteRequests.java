package dev.saga.web.security;

import dev.saga.web.problem.Problem;
import dev.saga.web.problem.Problems;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses requests that a page of another site causes in a browser. Without tokens, any page that a user opens could
 * otherwise cancel orders on the user's machine. Browsers state a request's origin in {@code Sec-Fetch-Site}; other
 * programs do not.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CrossSiteRequests implements WebFilter {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> OTHERS = Set.of("cross-site", "same-site");

    private final Problems problems;

    CrossSiteRequests(Problems problems) {
        this.problems = problems;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return isOfAnotherSite(exchange.getRequest())
                ? problems.answer(exchange, Problem.forbidden("This request comes from a page of another site."))
                : chain.filter(exchange);
    }

    private static boolean isOfAnotherSite(ServerHttpRequest request) {
        String site = request.getHeaders().getFirst("Sec-Fetch-Site");
        return site != null && OTHERS.contains(site) && !isSafe(request);
    }

    /** Returns if the request's method changes nothing. */
    static boolean isSafe(ServerHttpRequest request) {
        return SAFE.contains(request.getMethod());
    }
}
