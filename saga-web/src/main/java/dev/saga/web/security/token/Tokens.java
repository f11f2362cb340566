package dev.saga.web.security.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSecurityContextJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import dev.saga.web.UnguardedException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.util.StringUtils;

/**
 * Decodes tokens of the configured issuer. A token must be signed with one of the issuer's keys, name the issuer in
 * {@code iss}, not be expired, be for one of the audiences, and have the type {@code JWT}, {@code at+jwt} (RFC 9068) or
 * none.
 */
public final class Tokens {
    private Tokens() {}

    public static ReactiveJwtDecoder decoder(
            OAuth2ResourceServerProperties.Jwt issuer, IssuerProperties more, RequiredClaims shape) {
        var client = new KeySetClient(issuer.getIssuerUri(), issuer.getJwkSetUri(), more.fetchTimeout());
        var keys = new IssuerKeys(client.fetch(), more, System::nanoTime);
        NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder.withJwkSource(keys::of)
                .jwtProcessorCustomizer(processor -> processor.setJWSKeySelector(
                        new JWSVerificationKeySelector<>(algorithms(issuer), new JWKSecurityContextJWKSet())))
                .build();
        decoder.setJwtValidator(validator(issuer, more, shape));
        return decoder;
    }

    /**
     * Returns the algorithms of {@code jws-algorithms} if it is set, otherwise all that sign with RSA or elliptic
     * curves.
     */
    private static Set<JWSAlgorithm> algorithms(OAuth2ResourceServerProperties.Jwt issuer) {
        if (issuer.getJwsAlgorithms() == null || issuer.getJwsAlgorithms().isEmpty()) {
            Set<JWSAlgorithm> all = new LinkedHashSet<>(JWSAlgorithm.Family.RSA);
            all.addAll(JWSAlgorithm.Family.EC);
            return all;
        }
        return issuer.getJwsAlgorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
    }

    static OAuth2TokenValidator<Jwt> validator(
            OAuth2ResourceServerProperties.Jwt issuer, IssuerProperties more, RequiredClaims shape) {
        var types = new JwtTypeValidator(List.of("JWT", "at+jwt", "application/at+jwt"));
        types.setAllowEmpty(true);
        OAuth2TokenValidator<Jwt> usual = JwtValidators.createDefaultWithValidators(
                List.of(types, new JwtIssuerValidator(name(issuer, more)), shape));
        return more.anyAudience()
                ? usual
                : new DelegatingOAuth2TokenValidator<>(List.of(usual, audience(issuer.getAudiences())));
    }

    private static OAuth2TokenValidator<Jwt> audience(List<String> wanted) {
        return new JwtClaimValidator<List<String>>(
                JwtClaimNames.AUD, claimed -> claimed != null && !Collections.disjoint(claimed, wanted));
    }

    /** @throws UnguardedException if no setting names the {@code iss} that tokens must have */
    private static String name(OAuth2ResourceServerProperties.Jwt issuer, IssuerProperties more) {
        if (StringUtils.hasText(more.name())) {
            return more.name();
        }
        if (StringUtils.hasText(issuer.getIssuerUri())) {
            return issuer.getIssuerUri();
        }
        throw new UnguardedException(
                "The service would accept tokens of any issuer with the same key set,"
                        + " because no issuer's name is configured.",
                "Set saga.issuer.name to the iss of the issuer's tokens, or"
                        + " spring.security.oauth2.resourceserver.jwt.issuer-uri.");
    }
}
