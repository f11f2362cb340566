package dev.saga.web;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Refuses to start a service that would accept more callers or tokens than the configuration explicitly allows. */
public final class UnguardedException extends RuntimeException {
    private final String action;

    /**
     * @param message the access that would be open, and the reason
     * @param action the settings that solve it
     */
    public UnguardedException(String message, String action) {
        super(message);
        this.action = action;
    }

    public static UnguardedException withoutIssuer(@Nullable InetAddress address) {
        return new UnguardedException(
                "The service would accept every caller on "
                        + (address == null ? "every address" : address.getHostAddress())
                        + " of this machine, because no issuer of tokens is configured.",
                "Set spring.security.oauth2.resourceserver.jwt.issuer-uri or .jwk-set-uri; or listen on loopback"
                        + " (server.address=127.0.0.1); or set saga.security=open if everybody may do everything.");
    }

    public static UnguardedException withoutAudience() {
        return new UnguardedException(
                "The service would accept tokens that the issuer made for other systems,"
                        + " because no audience is configured.",
                "Set spring.security.oauth2.resourceserver.jwt.audiences to the audience of this system; or set"
                        + " saga.issuer.any-audience=true if every token of the issuer may be used here.");
    }

    /** Returns the settings with which the service starts. */
    public String action() {
        return action;
    }
}
