package dev.saga.testing;

import dev.saga.local.Ports;
import dev.saga.local.process.ChildProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * One instance of a service, started from its jar as a process of its own, on the tests' broker and on a new, empty
 * database. It ends with {@link #close()}, or with the test's JVM.
 */
public final class TestService implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(40);

    private final ChildProcess process;
    private final int port;

    private TestService(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a service and waits until it is ready, for two minutes at most. Its log is written beside the jar.
     *
     * @param jar the runnable jar of a Spring Boot application that uses saga-delivery
     * @param topicPrefix precedes the name of each topic; the same for services that exchange events, and another one
     *     for each test
     * @throws dev.saga.local.process.StartFailure the service ended or did not become ready; with the last lines of its log
     */
    public static TestService start(Path jar, String topicPrefix) {
        int port = Ports.any();
        String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        Path log = jar.toAbsolutePath().resolveSibling(name + ".log");
        List<String> command = ChildProcess.java(
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", jar.toString(), "--server.port=" + port));
        // Passwords go into the environment, not onto the command line, which every user of the machine can read.
        String settings = JsonMapper.shared().writeValueAsString(settings(topicPrefix));
        var process = ChildProcess.start(name, command, Map.of("SPRING_APPLICATION_JSON", settings), log);
        var service = new TestService(process, port);
        process.awaitOk(URI.create(service.url() + "/actuator/health/readiness"), START);
        return service;
    }

    private static Map<String, String> settings(String topicPrefix) {
        var infra = TestInfra.get();
        return Map.of(
                "saga.database.kind", TestInfra.of("mariadb", "postgresql"),
                "saga.database.address", TestInfra.address(),
                "saga.database.name", TestInfra.newSchema(),
                "saga.database.user", TestInfra.user(),
                "saga.database.password", TestInfra.password(),
                "saga.delivery.bootstrap-servers", infra.kafka(),
                "saga.delivery.topic-prefix", topicPrefix);
    }

    /** The service's address, {@code http://127.0.0.1:port}. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Stops the service as a shutdown does: it completes what it has accepted, for 40 seconds at most. */
    @Override
    public void close() {
        process.stop(STOP);
    }
}
