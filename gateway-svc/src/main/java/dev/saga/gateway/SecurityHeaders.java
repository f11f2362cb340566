package dev.saga.gateway;

import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Adds headers to every response that forbid browsers to load from elsewhere, to guess media types, and to show the
 * page in a frame.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SecurityHeaders implements WebFilter {
    private static final String POLICY = "Content-Security-Policy";
    private static final Map<String, String> HEADERS = Map.of(
            POLICY,
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Strict-Transport-Security",
            "max-age=31536000");

    /** Swagger UI, a library, has inline styles. */
    private static final String WITH_STYLES = " style-src 'self' 'unsafe-inline'";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        boolean descriptions = exchange.getRequest().getPath().value().startsWith("/swagger-ui/");
        exchange.getResponse()
                .beforeCommit(
                        () -> Mono.fromRunnable(() -> add(exchange.getResponse().getHeaders(), descriptions)));
        return chain.filter(exchange);
    }

    private static void add(HttpHeaders headers, boolean descriptions) {
        HEADERS.forEach(headers::set);
        if (descriptions) {
            headers.set(POLICY, HEADERS.get(POLICY) + ";" + WITH_STYLES);
        }
        if (headers.getCacheControl() == null) {
            headers.setCacheControl("no-store");
        }
    }
}
