package dev.saga.web.security.token;

import dev.saga.web.settings.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the issuer of tokens, {@code saga.issuer.*}, besides Spring's {@code
 * spring.security.oauth2.resourceserver.jwt.*}.
 *
 * @param name the {@code iss} that every token must have; default the {@code issuer-uri}. Required if only {@code
 *     jwk-set-uri} is set
 * @param anyAudience {@code true} accepts tokens for any audience, including those that the issuer made for another
 *     system. Default false: then {@code audiences} is required
 * @param refreshKeys age after which the key set is fetched again, 10 s to 1 h, default 5 min. While the issuer
 *     responds, a withdrawn key is accepted for at most this time
 * @param keepKeys age after which a key set that could not be refreshed is dropped, at least {@code refreshKeys}, at
 *     most 1 day, default 30 min. A higher value bridges a longer outage of the issuer, and a withdrawn key may be
 *     accepted for this time
 * @param pauseBetweenFetches shortest pause between two fetches, for any tokens and even if the issuer does not
 *     respond, 1 s to 5 min, default 10 s. A higher value protects the issuer; a new key is then known later
 * @param fetchTimeout longest time of one fetch, 100 ms to 30 s, default 2 s; requests that need new keys wait for it.
 *     If the fetch fails, they use the known key set until it is older than {@code keepKeys}
 */
@ConfigurationProperties("saga.issuer")
public record IssuerProperties(
        @DefaultValue("") String name,
        @DefaultValue("false") boolean anyAudience,
        @DefaultValue("5m") Duration refreshKeys,
        @DefaultValue("30m") Duration keepKeys,
        @DefaultValue("10s") Duration pauseBetweenFetches,
        @DefaultValue("2s") Duration fetchTimeout) {
    public IssuerProperties {
        Bounds.check("saga.issuer.refresh-keys", refreshKeys, Duration.ofSeconds(10), Duration.ofHours(1));
        Bounds.check("saga.issuer.keep-keys", keepKeys, refreshKeys, Duration.ofDays(1));
        Bounds.check(
                "saga.issuer.pause-between-fetches", pauseBetweenFetches, Duration.ofSeconds(1), Duration.ofMinutes(5));
        Bounds.check("saga.issuer.fetch-timeout", fetchTimeout, Duration.ofMillis(100), Duration.ofSeconds(30));
    }
}
