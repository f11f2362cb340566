package dev.saga.web.management;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * A second port that serves health and metrics to everyone who can reach it, and nothing else. Spring Boot's {@code
 * management.server.port} would remove them from the service's own port, but the contract requires them there.
 */
public final class ManagementPort implements SmartLifecycle {
    /** A wider pattern would match {@code /actuator/orders}: the orders of a user named {@code actuator}. */
    private static final Pattern OPEN = Pattern.compile("/actuator/(prometheus|health(/[a-z]+)?)");

    private final ManagementProperties properties;
    private final NettyServerCustomizer limits;
    private final ApplicationContext context;
    private volatile boolean running;
    private @Nullable DisposableServer server;

    public ManagementPort(ManagementProperties properties, NettyServerCustomizer limits, ApplicationContext context) {
        this.properties = properties;
        this.limits = limits;
        this.context = context;
    }

    /** @throws reactor.netty.ChannelBindException if the port is taken */
    @Override
    public void start() {
        if (properties.port() > 0) {
            HttpHandler handler = WebHttpHandlerBuilder.applicationContext(context)
                    .filters(filters -> {
                        filters.removeIf(WebFilterChainProxy.class::isInstance);
                        filters.addFirst(ManagementPort::actuatorOnly);
                    })
                    .build();
            server = limits.apply(HttpServer.create())
                    .host(properties.address())
                    .port(properties.port())
                    .handle(new ReactorHttpHandlerAdapter(handler))
                    .bindNow();
        }
        running = true;
    }

    private static Mono<Void> actuatorOnly(ServerWebExchange exchange, WebFilterChain chain) {
        if (HttpMethod.GET.equals(exchange.getRequest().getMethod())
                && OPEN.matcher(exchange.getRequest().getPath().value()).matches()) {
            return chain.filter(exchange);
        }
        exchange.getResponse().setStatusCode(HttpStatus.NOT_FOUND);
        return exchange.getResponse().setComplete();
    }

    @Override
    public void stop() {
        running = false;
        if (server != null) {
            server.disposeNow();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
