package dev.saga.web;

import java.net.InetSocketAddress;
import java.security.Principal;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Whom a bound is for: the user of the token; where nobody is asked, the address. */
public final class Caller {
    private Caller() {}

    /** The user's name or the address as text. */
    public static Mono<String> of(ServerWebExchange exchange) {
        return exchange.getPrincipal().map(Principal::getName).defaultIfEmpty(address(exchange));
    }

    /** The address of the connection, as text; {@code X-Forwarded-For} is not believed. */
    public static String address(ServerWebExchange exchange) {
        InetSocketAddress remote = exchange.getRequest().getRemoteAddress();
        return remote == null ? "" : remote.getHostString();
    }
}
