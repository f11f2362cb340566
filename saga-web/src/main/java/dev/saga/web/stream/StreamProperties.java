package dev.saga.web.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of event streams, {@code saga.streams.*}. A stream beyond a limit gets 429.
 *
 * @param perUser open streams per user on this instance, 1 or more, default 10
 * @param all open streams of all users on this instance, 1 or more, default 200
 * @param lifetime time after which a stream ends and the caller has to reconnect with a valid token, default 15 min
 */
@ConfigurationProperties("saga.streams")
public record StreamProperties(
        @DefaultValue("10") int perUser,
        @DefaultValue("200") int all,
        @DefaultValue("15m") Duration lifetime) {
    public StreamProperties {
        if (perUser < 1 || all < 1) {
            throw new IllegalArgumentException(
                    "saga.streams.per-user and .all must be 1 or more but are " + perUser + " and " + all);
        }
    }
}
