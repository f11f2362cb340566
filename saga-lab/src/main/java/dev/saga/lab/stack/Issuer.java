package dev.saga.lab.stack;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.saga.local.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer of tokens for one lab. It creates its own key pair and serves the public key on loopback. */
public final class Issuer implements AutoCloseable {
    /** The audience of the tokens. */
    public static final String AUDIENCE = "saga";

    private static final int BITS = 2048;
    private static final String PREFIX = "spring.security.oauth2.resourceserver.jwt.";

    private final RSAKey key;
    private final HttpServer server;
    private final AtomicInteger fetches;

    private Issuer(RSAKey key, HttpServer server, AtomicInteger fetches) {
        this.key = key;
        this.fetches = fetches;
        this.server = server;
    }

    /** Creates a key pair and serves the public key. */
    public static Issuer start() {
        try {
            RSAKey key = new RSAKeyGenerator(BITS).keyID("lab").generate();
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.any()), 0);
            byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            var fetches = new AtomicInteger();
            server.createContext("/jwks", exchange -> {
                fetches.incrementAndGet();
                answer(exchange, keys);
            });
            server.start();
            return new Issuer(key, server, fetches);
        } catch (JOSEException e) {
            throw new IllegalStateException("no RSA on this JVM", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Returns the Spring properties of a resource server for this issuer. */
    Map<String, String> settings() {
        return Map.of(
                PREFIX + "issuer-uri",
                name(),
                PREFIX + "jwk-set-uri",
                name() + "/jwks",
                PREFIX + "audiences",
                AUDIENCE);
    }

    /** Returns the issuer's name, the {@code iss} of its tokens. */
    public String name() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the number of fetches of its keys. */
    public int fetches() {
        return fetches.get();
    }

    /** Returns a valid token. */
    public String token(String user, List<String> roles, Duration lifetime) {
        return token(name(), AUDIENCE, user, roles, lifetime);
    }

    /** Returns a token with any claims; a negative lifetime gives an expired one. */
    public String token(String issuer, String audience, String user, List<String> roles, Duration lifetime) {
        Instant now = Instant.now();
        Instant end = now.plus(lifetime);
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .subject(user)
                .claim("roles", roles)
                .issueTime(Date.from(now.isBefore(end) ? now : end.minusSeconds(60)))
                .expirationTime(Date.from(end))
                .build();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
