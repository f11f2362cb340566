package dev.saga.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the gateway, {@code saga.gateway.*}.
 *
 * @param instances where each service answers, {@code http://host:port}, one or more; a host name stands for all
 *     addresses that DNS gives for it at the time
 * @param look how often instances are asked whether they are ready and names are resolved anew, default 1 s: an
 *     instance that ends without a word is left out after at most so long and {@code patience}
 * @param patience how long an instance may take to say that it is ready, default 2 s
 * @param requestsPerSecond requests of one user a second, 1 or more, default 100; one more is answered 429
 * @param requestsAtOnce requests of one user that are answered at once, streams and waits included, 1 or more, default
 *     250: a quarter of the connections to a service. More lets one user take more of them; one more is answered 429
 * @param users users whose rate is remembered, the latest, default 10,000; bounds memory
 * @param body bytes that a request may carry, default 64 KiB; more is answered 413
 */
@ConfigurationProperties("saga.gateway")
record GatewayProperties(
        Map<String, List<URI>> instances,
        @DefaultValue("1s") Duration look,
        @DefaultValue("2s") Duration patience,
        @DefaultValue("100") int requestsPerSecond,
        @DefaultValue("250") int requestsAtOnce,
        @DefaultValue("10000") int users,
        @DefaultValue("65536") int body) {
    GatewayProperties {
        if (requestsPerSecond < 1 || requestsAtOnce < 1 || users < 1) {
            throw new IllegalArgumentException(
                    "saga.gateway.requests-per-second, .requests-at-once and .users must be 1" + " or more but are "
                            + requestsPerSecond + ", " + requestsAtOnce + " and " + users);
        }
        instances.values().stream().flatMap(List::stream).forEach(GatewayProperties::check);
    }

    private static void check(URI instance) {
        if (instance.getHost() == null || instance.getPort() < 1) {
            throw new IllegalArgumentException("an instance is http://host:port, not " + instance);
        }
    }
}
