package dev.saga.web.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of event streams, {@code saga.streams.*}; one more is answered 429.
 *
 * @param perUser streams of one user open at once on this instance, 1 or more, default 10
 * @param all streams of all users, 1 or more, default 200
 * @param lifetime after which a stream ends and the caller has to come again, with a token that still holds, default 15 min
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
