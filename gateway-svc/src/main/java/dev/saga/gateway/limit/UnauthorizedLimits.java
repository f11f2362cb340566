package dev.saga.gateway.limit;

import dev.saga.gateway.GatewayProperties;
import dev.saga.web.Caller;
import dev.saga.web.problem.Problems;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Limits the requests of one address per second that were refused without a valid token. Beyond the limit, requests of
 * that address are refused before the token is read, because checking a signature is the most expensive step here.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
final class UnauthorizedLimits implements WebFilter {
    private final Rates rates;
    private final Problems problems;

    UnauthorizedLimits(GatewayProperties properties, Problems problems) {
        this.rates = new Rates(properties);
        this.problems = problems;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String address = Caller.address(exchange);
        if (rates.isUsedUp(address)
                && !RateLimits.isFree(exchange.getRequest().getPath().value())) {
            return problems.answer(exchange, rates.refusal());
        }
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> count(address, exchange)));
        return chain.filter(exchange);
    }

    private void count(String address, ServerWebExchange exchange) {
        if (HttpStatus.UNAUTHORIZED.equals(exchange.getResponse().getStatusCode())) {
            boolean _ = rates.take(address);
        }
    }
}
