package dev.saga.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.saga.http.Caller;
import dev.saga.http.Problem;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Requests of one caller a second; the console's files and questions about health do not count. */
@Component
final class RateLimits implements WebFilter {
    private static final List<String> FREE = List.of("/console/", "/webjars/", "/actuator/health", "/health_check");
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final RateLimiterConfig limit;
    private final Cache<String, RateLimiter> callers;

    RateLimits(GatewayProperties properties) {
        this.limit = RateLimiterConfig.custom()
                .limitRefreshPeriod(Duration.ofSeconds(1))
                .limitForPeriod(properties.requestsPerSecond())
                .timeoutDuration(Duration.ZERO)
                .build();
        this.callers = Caffeine.newBuilder()
                .maximumSize(properties.users())
                .expireAfterAccess(FORGOTTEN)
                .build();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().value();
        return path.equals("/") || FREE.stream().anyMatch(path::startsWith)
                ? chain.filter(exchange)
                : Caller.of(exchange).flatMap(caller -> admit(caller, exchange, chain));
    }

    private Mono<Void> admit(String caller, ServerWebExchange exchange, WebFilterChain chain) {
        return callers.get(caller, name -> RateLimiter.of(name, limit)).acquirePermission()
                ? chain.filter(exchange)
                : Mono.error(Problem.tooMany("More than " + limit.getLimitForPeriod() + " requests within a second."));
    }
}
