package dev.saga.web.management;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the port for monitoring, {@code saga.management.*}.
 *
 * @param port 1 to 65535, or 0 (default) for none
 * @param address address on which the port listens, default 127.0.0.1; everyone who can reach it can read all metrics
 */
@ConfigurationProperties("saga.management")
public record ManagementProperties(
        @DefaultValue("0") int port,
        @DefaultValue("127.0.0.1") String address) {}
