package dev.saga.web;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A service was to start with a door open that nobody said is meant to be open. */
public final class UnguardedException extends RuntimeException {
    private final String action;

    /**
     * @param message what would be open, and why
     * @param action what to configure instead
     */
    public UnguardedException(String message, String action) {
        super(message);
        this.action = action;
    }

    public static UnguardedException withoutIssuer(@Nullable InetAddress address) {
        return new UnguardedException(
                "It would answer everybody on " + (address == null ? "every address" : address.getHostAddress())
                        + " of this machine, because no issuer of tokens is configured.",
                "Set spring.security.oauth2.resourceserver.jwt.issuer-uri or .jwk-set-uri; or listen on loopback"
                        + " (server.address=127.0.0.1); or say saga.security=open where everybody may do everything.");
    }

    public static UnguardedException withoutAudience() {
        return new UnguardedException(
                "It would take tokens that the issuer made for other systems, because no audience is configured.",
                "Set spring.security.oauth2.resourceserver.jwt.audiences to the audience of this system; or say"
                        + " saga.issuer.any-audience=true if every token of the issuer may be used here.");
    }

    /** What to configure so that the service starts. */
    public String action() {
        return action;
    }
}
