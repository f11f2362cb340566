package dev.saga.lab.stack;

import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** One instance of a service, in its own JVM. */
public final class ServiceProcess {
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration STOP = Duration.ofSeconds(40);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final String program;
    private final String name;
    private final int port;
    private final List<String> command;
    private final Map<String, String> settings;
    private final Path log;
    private ChildProcess process;

    private ServiceProcess(
            String program, String name, int port, List<String> command, Map<String, String> settings, Path log) {
        this.program = program;
        this.name = name;
        this.port = port;
        this.command = command;
        this.settings = settings;
        this.log = log;
        this.process = launch();
    }

    /**
     * Starts the JVM. Settings contain passwords, so they are passed in the environment and not on the command line.
     */
    private ChildProcess launch() {
        String json = JsonMapper.shared().writeValueAsString(settings);
        return ChildProcess.start(name, command, Map.of("SPRING_APPLICATION_JSON", json), log);
    }

    /** Returns the JVM flags of the container images, except the folder for temporary files. */
    static List<String> flags() {
        Path file = Launch.home().resolve("compose/jvm.options");
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("-Djava.io.tmpdir"))
                    .toList();
        } catch (IOException e) {
            throw new StartFailure(file + " cannot be read.", e);
        }
    }

    /**
     * Starts an instance and returns at once; see {@link #awaitReady()}.
     *
     * @param program the module, {@code order-svc}
     * @param settings Spring properties by name
     */
    static ServiceProcess start(
            String program, int number, int port, Jvm jvm, Map<String, String> settings, Path logs) {
        String name = number == 1 ? program : program + "-" + number;
        List<String> arguments = new ArrayList<>(flags());
        arguments.addAll(command(program, jvm));
        arguments.add("--server.port=" + port);
        return new ServiceProcess(
                program, name, port, ChildProcess.java(arguments), settings, logs.resolve(name + ".log"));
    }

    private static List<String> command(String program, Jvm jvm) {
        List<String> jar = List.of("-jar", Launch.serviceJar(program).toString());
        return switch (jvm) {
            case USUAL -> jar;
            case SHORT_LIVED -> withFirstCompilerOnly(jar);
            case AHEAD_OF_TIME -> AotCache.program(program);
            case OFTEN_STARTED -> withFirstCompilerOnly(AotCache.program(program));
        };
    }

    private static List<String> withFirstCompilerOnly(List<String> arguments) {
        return Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), arguments.stream())
                .toList();
    }

    /** Waits until the instance is ready. */
    public ServiceProcess awaitReady() {
        return awaitAnswer("/actuator/health/readiness");
    }

    /** Waits until the instance responds to a path with 200. */
    ServiceProcess awaitAnswer(String path) {
        process.awaitOk(URI.create(url() + path), START);
        return this;
    }

    /**
     * Returns a meter of the instance: the sum of the samples whose line begins with this name.
     *
     * @throws UncheckedIOException if the instance does not respond with 200
     */
    public double meter(String name) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(url() + "/actuator/prometheus"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(this.name + " responded " + answer.statusCode() + " to a query of its meters");
            }
            return answer.body()
                    .lines()
                    .filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Returns the module whose program it runs, {@code order-svc}. */
    public String program() {
        return program;
    }

    /** Returns the name of the instance: {@code order-svc}, {@code order-svc-2}… */
    public String name() {
        return name;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Returns the address of the management port, or of the service's own port if there is none. */
    public String managementUrl() {
        String port = settings.get("saga.management.port");
        return port == null ? url() : "http://127.0.0.1:" + port;
    }

    public ChildProcess process() {
        return process;
    }

    /** Restarts the instance after a kill or a stop, on the same port. Returns at once. */
    public void restart() {
        process = launch();
    }

    /** Shuts the instance down gracefully: it finishes the work that it has accepted. Kills it after 40 s. */
    public void stop() {
        process.stop(STOP);
    }
}
