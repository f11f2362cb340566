package dev.saga.web.security.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The issuer's public keys, kept in memory. They are fetched again if they are old, or if a token names an unknown key,
 * but never more often than once per {@code saga.issuer.pause-between-fetches}.
 */
final class IssuerKeys {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    private final Mono<JWKSet> fetch;
    private final IssuerProperties limits;
    private final LongSupplier nanos;
    private volatile @Nullable KeySet known;
    private @Nullable Mono<KeySet> attempt;
    private long attemptedAt;

    /** @param nanos a clock like {@code System::nanoTime} */
    IssuerKeys(Mono<JWKSet> fetch, IssuerProperties limits, LongSupplier nanos) {
        this.fetch = fetch;
        this.limits = limits;
        this.nanos = nanos;
    }

    /** Returns the keys for a token; fails if no keys are known and the issuer does not respond. */
    Flux<JWK> of(SignedJWT token) {
        return Mono.defer(() -> keys(token.getHeader().getKeyID())).flatMapIterable(KeySet::all);
    }

    private Mono<KeySet> keys(@Nullable String keyId) {
        long now = nanos.getAsLong();
        KeySet before = known;
        if (before == null || now - before.fetchedAt() >= limits.keepKeys().toNanos()) {
            return attempt(now);
        }
        boolean old = now - before.fetchedAt() >= limits.refreshKeys().toNanos();
        return old || !before.has(keyId) ? attempt(now).onErrorReturn(before) : Mono.just(before);
    }

    /**
     * Returns the result of the latest fetch, shared by all that wait for it. Begins a new fetch if the latest one is
     * older than the pause.
     */
    private synchronized Mono<KeySet> attempt(long now) {
        Mono<KeySet> latest = attempt;
        if (latest == null || now - attemptedAt >= limits.pauseBetweenFetches().toNanos()) {
            latest = fetch.timeout(limits.fetchTimeout())
                    .map(keys -> new KeySet(keys, now))
                    .doOnNext(fetched -> known = fetched)
                    .doOnError(failure ->
                            LOG.warn("the issuer's keys could not be fetched reason=\"{}\"", failure.toString()))
                    .cache();
            attempt = latest;
            attemptedAt = now;
        }
        return latest;
    }
}
