package dev.saga.web;

import dev.saga.web.settings.Bounds;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of every HTTP port, {@code saga.http.*}.
 *
 * @param hosts host names, without a port, that a service without an issuer of tokens accepts in {@code Host}, besides
 *     loopback names and the address of the connection; {@code *} accepts any name; default none. The check
 *     stops a foreign page in a browser from reaching the service through a name of its own (DNS rebinding): list only
 *     names that you control
 * @param idle time without a request after which a kept connection is closed, 1 s to 1 h, default 75 s: longer than the
 *     60 s of usual proxies, so that a proxy never reuses a connection that is being closed. A higher value keeps more
 *     idle connections in memory
 */
@ConfigurationProperties("saga.http")
public record HttpProperties(
        @DefaultValue({}) List<String> hosts,
        @DefaultValue("75s") Duration idle) {
    public HttpProperties {
        Bounds.check("saga.http.idle", idle, Duration.ofSeconds(1), Duration.ofHours(1));
    }
}
