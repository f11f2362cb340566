package dev.saga.lab.stack;

import dev.saga.local.Infra;
import dev.saga.local.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The whole system: three services, each in one or more processes, on a broker and a database. */
public final class LocalStack implements AutoCloseable {

    /**
     * What to start.
     *
     * @param instances how many of each service, 0 or more
     * @param fixedPorts whether the contract's ports are wanted; otherwise any free ones
     * @param prefix of topics, databases and users, for several systems on one infrastructure
     * @param settings further Spring properties of all services
     * @param jvm how the services' processes get going
     */
    public record Plan(
            Map<Service, Integer> instances,
            boolean fixedPorts,
            String prefix,
            Map<String, String> settings,
            Jvm jvm) {}

    private final Databases databases;
    private final List<ServiceProcess> instances = new ArrayList<>();

    private LocalStack(Databases databases) {
        this.databases = databases;
    }

    /**
     * Starts all instances side by side and waits until each is ready.
     *
     * @param logs where each instance's log goes
     * @param progress told a line for each instance that is ready
     * @throws dev.saga.local.StartFailure after ending what was started
     */
    public static LocalStack start(Infra infra, Plan plan, Path logs, Consumer<String> progress) {
        var stack = new LocalStack(Databases.prepare(infra, plan.prefix().replace('-', '_')));
        if (plan.jvm() == Jvm.AHEAD_OF_TIME) {
            plan.instances().keySet().forEach(service -> AotCache.make(service, ServiceProcess.FLAGS, logs, progress));
        }
        long since = System.nanoTime();
        try {
            for (Service service : Service.values()) {
                stack.launch(infra, plan, service, logs);
            }
            for (ServiceProcess instance : stack.instances) {
                instance.awaitReady();
                progress.accept("%-14s ready after %4.1f s"
                        .formatted(
                                instance.name(),
                                Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0));
            }
        } catch (RuntimeException failed) {
            stack.close();
            throw failed;
        }
        return stack;
    }

    private void launch(Infra infra, Plan plan, Service service, Path logs) {
        String kafka = infra.kafka();
        for (int number = 1; number <= plan.instances().getOrDefault(service, 0); number++) {
            int port = plan.fixedPorts() ? Ports.near(service.port()) : Ports.any();
            instances.add(
                    ServiceProcess.start(service, number, port, plan.jvm(), settings(plan, service, kafka), logs));
        }
    }

    private Map<String, String> settings(Plan plan, Service service, String kafka) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("saga.database.address", databases.infra().mariaDb());
        settings.put("saga.database.name", databases.schema(service));
        settings.put("saga.database.user", databases.schema(service));
        settings.put("saga.database.password", databases.password());
        settings.put("saga.delivery.bootstrap-servers", kafka);
        settings.put("saga.delivery.replication-factor", String.valueOf(Math.min(3, kafka.split(",", -1).length)));
        settings.put("saga.delivery.topic-prefix", plan.prefix());
        settings.putAll(plan.settings());
        return settings;
    }

    /** The instances of a service, in the order of their start. */
    public List<ServiceProcess> instances(Service service) {
        return instances.stream()
                .filter(instance -> instance.service() == service)
                .toList();
    }

    /** All instances. */
    public List<ServiceProcess> instances() {
        return List.copyOf(instances);
    }

    /** A client of the first instance of each service. */
    public SagaClient client() {
        return client(0);
    }

    /** A client of the given instance of each service, counted from 0; of the last where there are fewer. A service that was not started does not answer. */
    public SagaClient client(int index) {
        return new SagaClient(url(Service.ORDER, index), url(Service.INVENTORY, index), url(Service.PAYMENT, index));
    }

    private String url(Service service, int index) {
        List<ServiceProcess> all = instances(service);
        return all.isEmpty()
                ? "http://127.0.0.1:1"
                : all.get(Math.min(index, all.size() - 1)).url();
    }

    public Databases databases() {
        return databases;
    }

    /** Ends all instances, side by side. */
    @Override
    public void close() {
        instances.parallelStream().forEach(ServiceProcess::stop);
    }
}
