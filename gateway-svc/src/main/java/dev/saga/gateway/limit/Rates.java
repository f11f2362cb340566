package dev.saga.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.saga.gateway.GatewayProperties;
import dev.saga.web.problem.Problem;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;

/** Counts per caller and second, for the most recent {@code saga.gateway.users} callers. */
final class Rates {
    private static final Duration LIFETIME = Duration.ofMinutes(1);

    private final RateLimiterConfig limit;
    private final Cache<String, RateLimiter> callers;

    Rates(GatewayProperties properties) {
        this.limit = RateLimiterConfig.custom()
                .limitRefreshPeriod(Duration.ofSeconds(1))
                .limitForPeriod(properties.requestsPerSecond())
                .timeoutDuration(Duration.ZERO)
                .build();
        this.callers = Caffeine.newBuilder()
                .maximumSize(properties.users())
                .expireAfterAccess(LIFETIME)
                .build();
    }

    /** Takes one permit of this second; returns false if none is left. */
    boolean take(String caller) {
        return callers.get(caller, name -> RateLimiter.of(name, limit)).acquirePermission();
    }

    /** Returns if no permit is left in this second. */
    boolean isUsedUp(String caller) {
        RateLimiter known = callers.getIfPresent(caller);
        return known != null && known.getMetrics().getAvailablePermissions() < 1;
    }

    Problem refusal() {
        return Problem.tooMany("More than " + limit.getLimitForPeriod() + " requests within a second.");
    }
}
