package dev.saga.lab.stack;

import dev.saga.local.Ports;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param instances how many of each service, 0 or more
 * @param fixedPorts whether the contract's ports are wanted; otherwise any free ones
 * @param prefix of topics, databases and users, for several systems on one infrastructure
 * @param settings further Spring properties of all services
 * @param jvm how the services' processes get going
 * @param gateway whether a gateway stands before them
 * @param issuer whose tokens are asked for; null where everybody may do everything
 */
public record Plan(
        Map<Service, Integer> instances,
        boolean fixedPorts,
        String prefix,
        Map<String, String> settings,
        Jvm jvm,
        boolean gateway,
        @Nullable Issuer issuer) {
    static final String GATEWAY = "gateway-svc";
    private static final int MANAGEMENT = 10;

    /** The services alone, open. */
    public Plan(
            Map<Service, Integer> instances, boolean fixedPorts, String prefix, Map<String, String> settings, Jvm jvm) {
        this(instances, fixedPorts, prefix, settings, jvm, false, null);
    }

    /** The same behind a gateway. */
    public Plan behindGateway() {
        return new Plan(instances, fixedPorts, prefix, settings, jvm, true, issuer);
    }

    /** The same for callers with a token of this issuer. */
    public Plan securedBy(Issuer issuer) {
        return new Plan(instances, fixedPorts, prefix, settings, jvm, gateway, issuer);
    }

    /** The modules whose programs run. */
    List<String> programs() {
        Stream<String> services = instances.keySet().stream().map(Service::text);
        return Stream.concat(services, gateway ? Stream.of(GATEWAY) : Stream.empty())
                .toList();
    }

    int port(int wanted) {
        return fixedPorts ? Ports.near(wanted) : Ports.any();
    }

    /** What every process is told, the gateway too. */
    Map<String, String> common(int wantedPort) {
        Map<String, String> all = new LinkedHashMap<>();
        if (issuer != null) {
            all.putAll(issuer.settings());
            all.put("saga.management.port", String.valueOf(port(wantedPort + MANAGEMENT)));
        }
        all.putAll(settings);
        return all;
    }
}
