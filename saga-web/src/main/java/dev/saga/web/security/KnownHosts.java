package dev.saga.web.security;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The host names that a service without tokens accepts: loopback names, the address at which the connection arrived,
 * and {@code saga.http.hosts}. A page of any site can give its own name the address 127.0.0.1 (DNS rebinding), but it
 * cannot use one of these names.
 */
final class KnownHosts {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*]|[^:]*)(:\\d*)?");

    private final Set<String> listed;
    private final boolean any;

    KnownHosts(List<String> listed) {
        this.listed = listed.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        this.any = listed.contains("*");
    }

    /**
     * Returns if a {@code Host} is one of these names.
     *
     * @param arrived the local address of the connection; null if it is not known
     */
    boolean has(String host, @Nullable InetSocketAddress arrived) {
        Matcher authority = AUTHORITY.matcher(host.toLowerCase(Locale.ROOT));
        if (!authority.matches()) {
            return false;
        }
        String name = authority.group(1);
        return any || LOOPBACK.matcher(name).matches() || listed.contains(name) || name.equals(literal(arrived));
    }

    private static @Nullable String literal(@Nullable InetSocketAddress arrived) {
        if (arrived == null || arrived.getAddress() == null) {
            return null;
        }
        String text = arrived.getAddress().getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }
}
