package dev.saga.gateway;

import dev.saga.web.problem.Problem;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Sends a request to a ready instance of its service. If the connection breaks before the response begins, a GET or
 * HEAD request goes to the next instance. Any other request does so only if the connection was refused or timed out, so
 * that nothing is done twice. A silent instance is waited for, up to {@code response-timeout}.
 */
@Component
final class ToInstance implements GlobalFilter, Ordered {
    static final String SCHEME = "instance";
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Instances instances;

    ToInstance(Instances instances) {
        this.instances = instances;
    }

    @Override
    public int getOrder() {
        return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER + 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        URI wanted = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
        return SCHEME.equals(wanted.getScheme())
                ? tryNext(exchange, chain, wanted, new ArrayList<>())
                : chain.filter(exchange);
    }

    private Mono<Void> tryNext(ServerWebExchange exchange, GatewayFilterChain chain, URI wanted, List<URI> tried) {
        String service = wanted.getHost();
        URI instance = instances.next(service, tried);
        if (instance == null) {
            return Mono.error(Problem.busy("no-instance", "No instance of " + service + " is ready; try again."));
        }
        tried.add(instance);
        exchange.getAttributes().remove(ServerWebExchangeUtils.GATEWAY_ALREADY_ROUTED_ATTR);
        exchange.getAttributes()
                .put(
                        ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
                        at(instance, exchange.getRequest().getURI()));
        return chain.filter(exchange)
                .onErrorResume(failure -> canRetry(failure, exchange, service, instance)
                        ? tryNext(exchange, chain, wanted, tried)
                        : Mono.error(problem(failure, service)));
    }

    private boolean canRetry(Throwable failure, ServerWebExchange exchange, String service, URI instance) {
        boolean refused = failure instanceof ConnectException || failure instanceof ConnectTimeoutException;
        if (refused) {
            instances.exclude(service, instance);
        }
        boolean again = refused
                || (failure instanceof IOException
                        && SAFE.contains(exchange.getRequest().getMethod()));
        return again && !exchange.getResponse().isCommitted();
    }

    /**
     * Builds the address from the raw path and query, because browsers send queries that a URI builder would refuse.
     */
    private static URI at(URI instance, URI original) {
        String query = original.getRawQuery() == null ? "" : "?" + original.getRawQuery();
        return URI.create(instance.getScheme() + "://" + instance.getRawAuthority() + original.getRawPath() + query);
    }

    private static Throwable problem(Throwable failure, String service) {
        if (failure instanceof TimeoutException) {
            return Problem.busy("over-capacity", "All connections to " + service + " are in use; nothing was sent.");
        }
        boolean cutOff = failure instanceof IOException
                || failure instanceof io.netty.handler.timeout.TimeoutException
                || (failure instanceof ResponseStatusException late
                        && late.getStatusCode() == HttpStatus.GATEWAY_TIMEOUT);
        return cutOff
                ? Problem.busy(
                        "cut-off",
                        service + " did not finish its response; check if the request was done, or try again"
                                + " with the same Idempotency-Key.")
                : failure;
    }
}
