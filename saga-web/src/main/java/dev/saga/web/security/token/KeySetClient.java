package dev.saga.web.security.token;

import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Fetches an issuer's key set from {@code jwk-set-uri}, or from the address in the issuer's own description. */
final class KeySetClient {
    private static final ParameterizedTypeReference<Map<String, Object>> DESCRIPTION =
            new ParameterizedTypeReference<>() {};
    private static final String OPENID = "/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";

    private final WebClient http;
    private final @Nullable String issuer;
    private final @Nullable String keySet;

    /**
     * @param issuer the issuer's address, required if {@code keySet} is null
     * @param keySet the key set's address; null to look it up at the issuer
     */
    KeySetClient(@Nullable String issuer, @Nullable String keySet, Duration timeout) {
        this.issuer = issuer;
        this.keySet = keySet;
        this.http = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(
                        HttpClient.create().followRedirect(false).responseTimeout(timeout)))
                .build();
    }

    /** Fetches the key set once per subscription. */
    Mono<JWKSet> fetch() {
        return Mono.defer(() -> StringUtils.hasText(keySet) ? Mono.just(keySet) : lookUpAddress())
                .flatMap(address ->
                        http.get().uri(URI.create(address)).retrieve().bodyToMono(String.class))
                .map(KeySetClient::parse);
    }

    private Mono<String> lookUpAddress() {
        URI base = URI.create(String.valueOf(issuer));
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        String root = base.getScheme() + "://" + base.getRawAuthority();
        return Flux.fromIterable(List.of(issuer + OPENID, root + OPENID + path, root + OAUTH + path))
                .concatMap(address -> addressFrom(address).onErrorComplete())
                .next()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the issuer has no description of itself")));
    }

    private Mono<String> addressFrom(String address) {
        return http.get()
                .uri(URI.create(address))
                .retrieve()
                .bodyToMono(DESCRIPTION)
                .filter(description -> String.valueOf(issuer).equals(description.get("issuer")))
                .mapNotNull(description -> (String) description.get("jwks_uri"));
    }

    private static JWKSet parse(String json) {
        try {
            return JWKSet.parse(json);
        } catch (ParseException e) {
            throw Exceptions.propagate(e);
        }
    }
}
