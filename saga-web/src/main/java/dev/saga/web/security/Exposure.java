package dev.saga.web.security;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who can reach this service, and whether it asks them for a token.
 *
 * @param guarded whether there is an issuer of tokens
 * @param address where it listens; null for every address of the machine
 */
public record Exposure(boolean guarded, @Nullable InetAddress address) {
    /** Whether only programs on this machine reach it. */
    public boolean isOnLoopback() {
        return address != null && address.isLoopbackAddress();
    }
}
