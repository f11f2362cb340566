package dev.saga.web;

import java.net.InetSocketAddress;
import java.security.Principal;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The key for limits per caller: the subject of the token, or the remote address if the request has no token. */
public final class Caller {
    private Caller() {}

    /** Returns the user's name, or the address as text if there is no user. */
    public static Mono<String> of(ServerWebExchange exchange) {
        return exchange.getPrincipal().map(Principal::getName).defaultIfEmpty(address(exchange));
    }

    /** Returns the remote address of the connection as text. {@code X-Forwarded-For} is ignored. */
    public static String address(ServerWebExchange exchange) {
        InetSocketAddress remote = exchange.getRequest().getRemoteAddress();
        return remote == null ? "" : remote.getHostString();
    }
}
