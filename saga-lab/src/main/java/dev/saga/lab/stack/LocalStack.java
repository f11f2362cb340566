package dev.saga.lab.stack;

import dev.saga.events.Participant;
import dev.saga.lab.probe.Databases;
import dev.saga.lab.probe.SagaClient;
import dev.saga.local.Infra;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The whole system: its services, each with one or more processes, on a broker and a database. */
public final class LocalStack implements AutoCloseable {

    private static final int GATEWAY_PORT = 8000;

    private final Databases databases;
    private final List<ServiceProcess> instances = new ArrayList<>();
    private final @Nullable Issuer issuer;
    private @Nullable ServiceProcess gateway;

    private LocalStack(Databases databases, @Nullable Issuer issuer) {
        this.databases = databases;
        this.issuer = issuer;
    }

    /**
     * Starts all instances in parallel and waits until each is ready.
     *
     * @param logs folder of the instances' logs
     * @param progress receives one line per instance that is ready
     * @throws dev.saga.local.process.StartFailure if an instance does not start; all started instances are stopped first
     */
    public static LocalStack start(Infra infra, Plan plan, Path logs, Consumer<String> progress) {
        var stack = new LocalStack(
                Databases.prepare(infra, plan.prefix().replace('-', '_'), plan.onPostgreSql()), plan.issuer());
        if (plan.jvm().usesCache()) {
            plan.programs().parallelStream()
                    .forEach(program -> AotCache.make(program, ServiceProcess.flags(), logs, progress));
        }
        long since = System.nanoTime();
        try {
            for (Participant service : Participant.values()) {
                stack.launch(infra, plan, service, logs);
            }
            stack.launchGateway(plan, logs);
            for (ServiceProcess instance : stack.processes()) {
                instance.awaitReady();
                progress.accept("%-14s ready after %4.1f s"
                        .formatted(
                                instance.name(),
                                Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0));
            }
            stack.awaitRoutes();
        } catch (RuntimeException failed) {
            stack.close();
            throw failed;
        }
        return stack;
    }

    private void launch(Infra infra, Plan plan, Participant service, Path logs) {
        String kafka = infra.kafka();
        for (int number = 1; number <= plan.instances().getOrDefault(service, 0); number++) {
            Map<String, String> settings = settings(plan, service, kafka);
            settings.putAll(plan.common(service.port()));
            if (plan.onPostgreSql().contains(service)) { // an address in the plan is MariaDB's
                settings.put("saga.database.address", infra.postgreSql());
            }
            int port = plan.port(service.port());
            instances.add(ServiceProcess.start(service.text(), number, port, plan.jvm(), settings, logs));
        }
    }

    private void launchGateway(Plan plan, Path logs) {
        if (plan.gateway()) {
            Map<String, String> settings = plan.common(GATEWAY_PORT);
            for (Participant service : plan.instances().keySet()) {
                String urls =
                        instances(service).stream().map(ServiceProcess::url).collect(Collectors.joining(","));
                settings.put("saga.gateway.instances." + service.route(), urls);
            }
            gateway = ServiceProcess.start(Plan.GATEWAY, 1, plan.port(GATEWAY_PORT), plan.jvm(), settings, logs);
        }
    }

    /** Waits until the gateway, which has just started, has found a ready instance of each service. */
    private void awaitRoutes() {
        if (gateway != null) {
            for (Participant service : Participant.values()) {
                if (!instances(service).isEmpty()) {
                    gateway.awaitAnswer("/" + service.route() + "/health_check");
                }
            }
        }
    }

    /** Returns the gateway; fails if none was planned. */
    public ServiceProcess gateway() {
        return Objects.requireNonNull(gateway, "no gateway was planned");
    }

    private Map<String, String> settings(Plan plan, Participant service, String kafka) {
        Map<String, String> settings = new LinkedHashMap<>(databases.settings(service));
        settings.put("saga.delivery.bootstrap-servers", kafka);
        settings.put("saga.delivery.replication-factor", String.valueOf(Math.min(3, kafka.split(",", -1).length)));
        settings.put("saga.delivery.topic-prefix", plan.prefix());
        return settings;
    }

    /** Returns the issuer of the tokens that the system requires; fails if the system is open. */
    public Issuer issuer() {
        return Objects.requireNonNull(issuer, "the system is open");
    }

    /** Returns the instances of a service, in the order of their start. */
    public List<ServiceProcess> instances(Participant service) {
        return instances.stream()
                .filter(instance -> instance.program().equals(service.text()))
                .toList();
    }

    /** Returns all instances of the services. */
    public List<ServiceProcess> instances() {
        return List.copyOf(instances);
    }

    /** Returns all instances of the services, and the gateway if there is one. */
    public List<ServiceProcess> processes() {
        return Stream.concat(instances.stream(), Stream.ofNullable(gateway)).toList();
    }

    /** Returns a client of the first instance of each service. */
    public SagaClient client() {
        return client(0);
    }

    /**
     * Returns a client of the instance {@code index} of each service, counted from 0, or of the last instance if there
     * are fewer. Calls of a service that was not started fail.
     */
    public SagaClient client(int index) {
        Map<Participant, String> urls = new EnumMap<>(Participant.class);
        for (Participant service : Participant.values()) {
            List<ServiceProcess> all = instances(service);
            if (!all.isEmpty()) {
                urls.put(service, all.get(Math.min(index, all.size() - 1)).url());
            }
        }
        return new SagaClient(urls);
    }

    /** Returns a client of the gateway. */
    public SagaClient clientOfGateway() {
        return SagaClient.ofGateway(gateway().url());
    }

    public Databases databases() {
        return databases;
    }

    /** Stops the gateway, then all instances in parallel, then the issuer. */
    @Override
    public void close() {
        if (gateway != null) {
            gateway.stop();
        }
        instances.parallelStream().forEach(ServiceProcess::stop);
        if (issuer != null) {
            issuer.close();
        }
    }
}
