package dev.saga.local;

import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Kafka broker in KRaft mode, which is also a controller, as a child JVM on loopback. Its data folder persists. */
public final class KafkaBroker {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final String CLUSTER_ID = "c2FnYS1sYWItY2x1c3Rlcg";

    @SuppressWarnings("InlineFormatString") // the alternative is a method of forty lines
    private static final String SETTINGS = """
            process.roles=broker,controller
            node.id=%d
            controller.quorum.voters=%s
            listeners=CLIENTS://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
            advertised.listeners=CLIENTS://127.0.0.1:%d
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=CLIENTS
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT
            log.dirs=%s
            auto.create.topics.enable=false
            offsets.topic.num.partitions=6
            offsets.topic.replication.factor=%d
            transaction.state.log.num.partitions=1
            transaction.state.log.replication.factor=%d
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.replication.factor=%d
            share.coordinator.state.topic.min.isr=1
            min.insync.replicas=%d
            group.initial.rebalance.delay.ms=0
            broker.session.timeout.ms=2000
            broker.heartbeat.interval.ms=500
            """;

    private final Path folder;
    private final int port;
    private ChildProcess process;

    private KafkaBroker(Path folder, int port) {
        this.folder = folder;
        this.port = port;
        this.process = launch();
    }

    /**
     * Starts {@code brokers} brokers of one cluster in parallel and waits until each accepts connections.
     *
     * @param folder contains one folder per broker
     * @param brokers number of brokers, 1 or more, which is also the largest replication factor of a topic
     * @param wantedPort the first broker's port if it is free
     * @throws StartFailure if a broker does not start; its message has the last lines of the broker's log
     */
    public static List<KafkaBroker> startCluster(Path folder, int brokers, int wantedPort) {
        return startCluster(folder, brokers, wantedPort, Map.of());
    }

    /**
     * Starts a cluster with additional settings of every broker, which override the ones in this class. Clients connect
     * through the listener {@code CLIENTS}. The settings may contain passwords: only the owner can read their file.
     */
    public static List<KafkaBroker> startCluster(
            Path folder, int brokers, int wantedPort, Map<String, String> further) {
        List<Integer> ports = IntStream.range(0, brokers)
                .mapToObj(i -> Ports.near(wantedPort + i))
                .toList();
        List<Integer> controllers =
                IntStream.range(0, brokers).mapToObj(i -> Ports.any()).toList();
        List<KafkaBroker> cluster = IntStream.range(0, brokers)
                .mapToObj(i -> prepare(folder.resolve("broker-" + (i + 1)), i, ports, controllers, further))
                .toList();
        cluster.forEach(KafkaBroker::awaitReady);
        return cluster;
    }

    private static KafkaBroker prepare(
            Path folder, int index, List<Integer> ports, List<Integer> controllers, Map<String, String> further) {
        String settings = settings(folder, index, ports, controllers)
                + further.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining());
        Secrets.write(Secrets.folder(folder).resolve("server.properties"), settings);
        return new KafkaBroker(folder, ports.get(index));
    }

    private static String settings(Path folder, int index, List<Integer> ports, List<Integer> controllers) {
        String voters = IntStream.range(0, controllers.size())
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllers.get(i))
                .collect(Collectors.joining(","));
        int replicas = Math.min(3, ports.size());
        return SETTINGS.formatted(
                index + 1,
                voters,
                ports.get(index),
                controllers.get(index),
                ports.get(index),
                folder.resolve("data").toAbsolutePath().toString().replace('\\', '/'),
                replicas,
                replicas,
                replicas,
                replicas > 2 ? 2 : 1);
    }

    private ChildProcess launch() {
        Path log = folder.resolve("kafka.log");
        Path settings = folder.resolve("server.properties");
        String mains = String.join(
                java.io.File.pathSeparator, Launch.classPathOf(BrokerMain.class), Launch.brokerLibraries() + "/*");
        return ChildProcess.start(
                "Kafka",
                ChildProcess.java(List.of(
                        "-Xms256m",
                        "-Xmx512m",
                        "-XX:+UseG1GC",
                        "-Dlog4j2.level=WARN",
                        "-cp",
                        mains,
                        BrokerMain.class.getName(),
                        CLUSTER_ID,
                        settings.toString())),
                log);
    }

    private void awaitReady() {
        process.awaitReady(() -> Ports.answers(port), START);
    }

    /** Returns the address for clients, {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns the addresses of all brokers for clients, separated by commas. */
    public static String addresses(List<KafkaBroker> cluster) {
        return cluster.stream().map(KafkaBroker::address).collect(Collectors.joining(","));
    }

    public ChildProcess process() {
        return process;
    }

    /** Restarts the broker after a kill or a stop, on the same data and port. Returns when it accepts connections. */
    public void restart() {
        process = launch();
        awaitReady();
    }

    /** Shuts the broker down and waits until it has ended. */
    public void stop() {
        process.stop(STOP);
    }
}
