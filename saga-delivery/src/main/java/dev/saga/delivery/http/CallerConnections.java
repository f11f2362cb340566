package dev.saga.delivery.http;

import dev.saga.delivery.sql.Connections;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Limits every HTTP request to the callers' share of the connection pool, so that requests never use all connections.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class CallerConnections implements WebFilter {
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(exchange).contextWrite(Connections::ofCaller);
    }
}
