package dev.saga.gateway;

import dev.saga.events.Participant;
import dev.saga.web.settings.Bounds;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the gateway, {@code saga.gateway.*}.
 *
 * @param instances addresses of each service, {@code http://host:port}, one or more; a host name stands for all
 *     addresses that DNS currently returns for it. Default for each service: its port of the contract on 127.0.0.1
 * @param look pause between two checks of the instances, which resolve host names and query readiness, default 1 s. An
 *     instance that stops responding is excluded at the next check, after {@code patience}; one that refuses a
 *     connection, at once
 * @param patience longest time of a readiness query and of a DNS look-up, default 2 s
 * @param requestsPerSecond requests per user and second, 1 to 1,000,000, default 100; requests beyond it get 429
 * @param requestsAtOnce concurrent requests per user, including streams and waiting requests, 1 to 1,000,000, default 250: a
 *     quarter of the connections to a service. A higher value lets one user take more of them; requests beyond it get
 *     429
 * @param users number of most recent users whose rate is kept in memory, 1 to 10,000,000, default 10,000; bounds memory
 * @param body largest body of a request in bytes, 1 to 100 MiB, default 64 KiB; larger bodies get 413
 */
@ConfigurationProperties("saga.gateway")
public record GatewayProperties(
        @DefaultValue Map<String, List<URI>> instances,
        @DefaultValue("1s") Duration look,
        @DefaultValue("2s") Duration patience,
        @DefaultValue("100") int requestsPerSecond,
        @DefaultValue("250") int requestsAtOnce,
        @DefaultValue("10000") int users,
        @DefaultValue("65536") int body) {
    public GatewayProperties {
        Bounds.check("saga.gateway.requests-per-second", requestsPerSecond, 1, 1_000_000);
        Bounds.check("saga.gateway.requests-at-once", requestsAtOnce, 1, 1_000_000);
        Bounds.check("saga.gateway.users", users, 1, 10_000_000);
        Bounds.check("saga.gateway.body", body, 1, 100 << 20);
        instances = withDefaults(instances);
        instances.values().stream().flatMap(List::stream).forEach(GatewayProperties::check);
    }

    private static Map<String, List<URI>> withDefaults(Map<String, List<URI>> configured) {
        Map<String, List<URI>> all = new HashMap<>(configured);
        for (Participant service : Participant.values()) {
            all.putIfAbsent(service.route(), List.of(URI.create("http://127.0.0.1:" + service.port())));
        }
        return Map.copyOf(all);
    }

    private static void check(URI instance) {
        if (instance.getHost() == null || instance.getPort() < 1) {
            throw new IllegalArgumentException("an instance is http://host:port, not " + instance);
        }
    }
}
