package dev.saga.security;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A service was to answer others without asking who they are, and nobody said that this is meant. */
final class UnguardedException extends RuntimeException {
    UnguardedException(@Nullable InetAddress address) {
        super("It would answer everybody on " + (address == null ? "every address" : address.getHostAddress())
                + " of this machine, because no issuer of tokens is configured.");
    }
}
