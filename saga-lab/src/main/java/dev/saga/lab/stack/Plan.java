package dev.saga.lab.stack;

import dev.saga.events.Participant;
import dev.saga.local.Ports;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes to start.
 *
 * @param instances number of instances per service, 0 or more
 * @param fixedPorts true to prefer the contract's ports; otherwise any free ports
 * @param prefix prefix of topics, databases and users, for several systems on one infrastructure
 * @param settings additional Spring properties of all services
 * @param jvm start-up mode of the services' JVMs
 * @param gateway true to start a gateway in front of the services
 * @param issuer issuer of the tokens that callers need; null if no token is required
 * @param onPostgreSql services whose database is on PostgreSQL; the others' are on MariaDB
 */
public record Plan(
        Map<Participant, Integer> instances,
        boolean fixedPorts,
        String prefix,
        Map<String, String> settings,
        Jvm jvm,
        boolean gateway,
        @Nullable Issuer issuer,
        Set<Participant> onPostgreSql) {
    static final String GATEWAY = "gateway-svc";
    private static final int MANAGEMENT = 10;
    private static final int MOST = 9;

    /** Returns the same number of instances for every service. */
    public static Map<Participant, Integer> each(int instances) {
        return Stream.of(Participant.values()).collect(Collectors.toMap(service -> service, service -> instances));
    }

    /**
     * Returns one instance for every service, except for those in {@code numbers}.
     *
     * @param numbers 0 to 9 by the service's name, {@code order-svc}
     * @throws IllegalArgumentException for any other name or number
     */
    public static Map<Participant, Integer> named(Map<String, Integer> numbers) {
        Map<Participant, Integer> instances = each(1);
        numbers.forEach((name, number) -> {
            if (number < 0 || number > MOST) {
                throw new IllegalArgumentException(
                        number + " instances of " + name + "; 0 to " + MOST + " are possible.");
            }
            instances.put(Participant.named(name), number);
        });
        return instances;
    }

    /** Plans the services only, without tokens. */
    public Plan(
            Map<Participant, Integer> instances,
            boolean fixedPorts,
            String prefix,
            Map<String, String> settings,
            Jvm jvm) {
        this(instances, fixedPorts, prefix, settings, jvm, false, null, Set.of());
    }

    /** Returns this plan with a gateway. */
    public Plan behindGateway() {
        return new Plan(instances, fixedPorts, prefix, settings, jvm, true, issuer, onPostgreSql);
    }

    /** Returns this plan with the databases of these services on PostgreSQL. */
    public Plan onPostgreSql(Set<Participant> services) {
        return new Plan(instances, fixedPorts, prefix, settings, jvm, gateway, issuer, services);
    }

    /** Returns this plan with tokens of this issuer required. */
    public Plan securedBy(Issuer issuer) {
        return new Plan(instances, fixedPorts, prefix, settings, jvm, gateway, issuer, onPostgreSql);
    }

    /** Returns the modules whose programs run. */
    List<String> programs() {
        Stream<String> services = instances.keySet().stream().map(Participant::text);
        return Stream.concat(services, gateway ? Stream.of(GATEWAY) : Stream.empty())
                .toList();
    }

    int port(int wanted) {
        return fixedPorts ? Ports.near(wanted) : Ports.any();
    }

    /** Returns the Spring properties that every process gets, including the gateway. */
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
