package dev.saga.lab.reporting;

import dev.saga.local.Ports;
import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.Launch;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kafka Connect as a child JVM: one distributed worker, whose REST interface is on loopback. It keeps its state in Kafka, so
 * it continues after a kill and a restart.
 */
public final class ConnectWorker {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final int PORT = 8084;
    private static final int METRICS_PORT = 8094;

    private final Map<String, String> environment;
    private final int port;
    private final int metricsPort;
    private final Path log;
    private ChildProcess process;

    private ConnectWorker(Map<String, String> environment, int port, int metricsPort, Path log) {
        this.environment = environment;
        this.port = port;
        this.metricsPort = metricsPort;
        this.log = log;
        this.process = launch();
    }

    /**
     * Starts a worker and returns at once; see {@link #awaitReady()}.
     *
     * @param kafka addresses of the brokers
     * @param prefix prefix of all topics
     * @param fixedPorts true to prefer the ports 8084 and, for meters, 8094; otherwise any free ports
     */
    public static ConnectWorker start(
            String kafka, String prefix, ReportingDatabase database, boolean fixedPorts, Path logs) {
        int port = fixedPorts ? Ports.near(PORT) : Ports.any();
        int metricsPort = fixedPorts ? Ports.near(METRICS_PORT) : Ports.any();
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.put("CONNECT_KAFKA", kafka);
        environment.put("CONNECT_LISTENER", "http://127.0.0.1:" + port);
        environment.put("CONNECT_PREFIX", prefix);
        environment.put("CONNECT_REPLICATION", String.valueOf(Math.min(3, kafka.split(",", -1).length)));
        return new ConnectWorker(environment, port, metricsPort, logs.resolve("connect.log"));
    }

    /** Starts the JVM. The password is in the environment, which only the program's own user can read. */
    private ChildProcess launch() {
        Path settings = Launch.home().resolve("compose/connect");
        Path jars = Launch.connect();
        List<String> command = ChildProcess.java(List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-javaagent:" + jars.resolve("metrics-agent.jar") + "=127.0.0.1:" + metricsPort + ":"
                        + settings.resolve("metrics.yaml"),
                "-Dlog4j2.configurationFile=" + settings.resolve("log4j2.properties"),
                "-cp",
                jars.resolve("lib") + "/*",
                "org.apache.kafka.connect.cli.ConnectDistributed",
                settings.resolve("worker.properties").toString()));
        return ChildProcess.start("Kafka Connect", command, environment, log);
    }

    /** Waits until the worker has read its state from Kafka and accepts requests. */
    public ConnectWorker awaitReady() {
        process.awaitOk(URI.create(url() + "/connectors"), START);
        return this;
    }

    /** Returns the address of the REST interface. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Returns the address of the meters, for Prometheus. */
    public String metricsUrl() {
        return "http://127.0.0.1:" + metricsPort + "/metrics";
    }

    public ChildProcess process() {
        return process;
    }

    /** Restarts the worker after a kill or a stop, on the same port. Returns at once. */
    public void restart() {
        process = launch();
    }

    /** Shuts the worker down; kills it after 20 s. */
    public void stop() {
        process.stop(STOP);
    }
}
