package dev.saga.web.security;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The reach of this service, and its protection.
 *
 * @param guarded true if an issuer of tokens is configured
 * @param address the address on which the service listens; null for every address of the machine
 */
public record Exposure(boolean guarded, @Nullable InetAddress address) {
    /** Returns if only programs on this machine can reach the service. */
    public boolean isOnLoopback() {
        return address != null && address.isLoopbackAddress();
    }
}
