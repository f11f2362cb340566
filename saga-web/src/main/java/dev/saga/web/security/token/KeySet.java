package dev.saga.web.security.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The issuer's public keys, as fetched.
 *
 * @param fetchedAt time of the fetch in nanoseconds on the clock of {@link IssuerKeys}
 */
record KeySet(JWKSet keys, long fetchedAt) {

    /**
     * Returns if one of the keys may have signed a token with this key id. A token without a key id may be signed with
     * any key.
     */
    boolean has(@Nullable String keyId) {
        return keyId == null || keys.getKeyByKeyId(keyId) != null;
    }

    List<JWK> all() {
        return keys.getKeys();
    }
}
