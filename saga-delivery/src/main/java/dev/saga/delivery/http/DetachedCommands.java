package dev.saga.delivery.http;

import dev.saga.delivery.work.Detached;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Runs every command that arrives over HTTP to its end, even if the caller disconnects, because a cancelled transaction
 * can commit only a part. Reads are cancelled with their caller.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class DetachedCommands implements WebFilter {
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Mono<Void> handling = chain.filter(exchange);
        return isReading(exchange) ? handling : Detached.run(handling);
    }

    static boolean isReading(ServerWebExchange exchange) {
        return READING.contains(exchange.getRequest().getMethod());
    }
}
