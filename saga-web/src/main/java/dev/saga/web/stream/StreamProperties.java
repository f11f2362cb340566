package dev.saga.web.stream;

import dev.saga.web.settings.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of event streams, {@code saga.streams.*}. A stream beyond a limit gets 429.
 *
 * @param perUser open streams per user on this instance, 1 to 100,000, default 10
 * @param all open streams of all users on this instance, 1 to 100,000, default 200
 * @param lifetime time after which a stream ends and the caller has to reconnect with a valid token, 1 s to 1 day,
 *     default 15 min
 */
@ConfigurationProperties("saga.streams")
public record StreamProperties(
        @DefaultValue("10") int perUser,
        @DefaultValue("200") int all,
        @DefaultValue("15m") Duration lifetime) {
    public StreamProperties {
        Bounds.check("saga.streams.per-user", perUser, 1, 100_000);
        Bounds.check("saga.streams.all", all, 1, 100_000);
        Bounds.check("saga.streams.lifetime", lifetime, Duration.ofSeconds(1), Duration.ofDays(1));
    }
}
