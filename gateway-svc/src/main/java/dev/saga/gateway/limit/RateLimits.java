package dev.saga.gateway.limit;

import dev.saga.gateway.GatewayProperties;
import dev.saga.web.Caller;
import dev.saga.web.problem.Problem;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Limits the requests of one caller, per second and concurrently. The console's files and health checks do not count.
 * {@link UnauthorizedLimits} counts requests that are refused without a valid token.
 */
@Component
final class RateLimits implements WebFilter {
    private static final List<String> FREE = List.of("/console/", "/webjars/", "/actuator/health", "/health_check");

    private final Rates rates;
    private final int atOnce;
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

    RateLimits(GatewayProperties properties) {
        this.rates = new Rates(properties);
        this.atOnce = properties.requestsAtOnce();
    }

    /** Returns if requests for this path are not counted. */
    static boolean isFree(String path) {
        return path.equals("/") || FREE.stream().anyMatch(path::startsWith);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return isFree(exchange.getRequest().getPath().value())
                ? chain.filter(exchange)
                : Caller.of(exchange).flatMap(caller -> admit(caller, exchange, chain));
    }

    private Mono<Void> admit(String caller, ServerWebExchange exchange, WebFilterChain chain) {
        return rates.take(caller)
                ? Mono.using(() -> enter(caller), entered -> chain.filter(exchange), this::leave)
                : Mono.error(rates.refusal());
    }

    private String enter(String caller) {
        if (open.merge(caller, 1, Integer::sum) > atOnce) {
            leave(caller);
            throw Problem.tooMany("More than " + atOnce + " requests at once.");
        }
        return caller;
    }

    private void leave(String caller) {
        open.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
    }
}
