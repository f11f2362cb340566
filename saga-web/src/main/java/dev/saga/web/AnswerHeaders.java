package dev.saga.web;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Adds {@code X-Content-Type-Options: nosniff} to every response, so that a browser does not guess a media type. */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class AnswerHeaders implements WebFilter {
    public static final String NAME = "X-Content-Type-Options";
    public static final String VALUE = "nosniff";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getResponse().getHeaders().set(NAME, VALUE);
        return chain.filter(exchange);
    }
}
