package dev.saga.web.security.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The issuer's public keys as they were fetched.
 *
 * @param fetchedAt nanoseconds on the clock of {@link IssuerKeys}
 */
record KeySet(JWKSet keys, long fetchedAt) {

    /** Whether one of the keys can have signed a token with this key id. A token without one may be of any key. */
    boolean has(@Nullable String keyId) {
        return keyId == null || keys.getKeyByKeyId(keyId) != null;
    }

    List<JWK> all() {
        return keys.getKeys();
    }
}
