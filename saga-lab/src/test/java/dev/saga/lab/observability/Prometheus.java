package dev.saga.lab.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.lab.fixture.Checkout;
import dev.saga.lab.stack.ServiceProcess;
import dev.saga.local.process.ChildProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus with the project's alert rules that queries running services each second. */
final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ChildProcess process;
    private final String address;

    private Prometheus(ChildProcess process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts it, and waits until it has queried each of these processes once. */
    static Prometheus scraping(List<ServiceProcess> services) throws IOException {
        Path folder = Files.createTempDirectory(
                Files.createDirectories(Checkout.HOME.resolve("saga-lab/target")), "prometheus");
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, configuration(services));
        String address = "127.0.0.1:" + freePort();
        ChildProcess process = ChildProcess.start(
                "prometheus",
                List.of(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + address),
                folder.resolve("prometheus.log"));
        var started = new Prometheus(process, "http://" + address);
        process.awaitOk(URI.create(started.address + "/-/ready"), START);
        await().atMost(START).until(() -> started.values("count(up == 1)").equals(List.of((double) services.size())));
        return started;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String configuration(List<ServiceProcess> services) {
        return services.stream().collect(Collectors.groupingBy(ServiceProcess::program)).entrySet().stream()
                .map(service -> """
                          - job_name: %s
                            metrics_path: /actuator/prometheus
                            static_configs: [{targets: [%s]}]
                        """.formatted(
                                service.getKey(),
                                service.getValue().stream()
                                        .map(instance -> "\"127.0.0.1:" + instance.port() + "\"")
                                        .collect(Collectors.joining(", "))))
                .collect(Collectors.joining("", """
                        global: {scrape_interval: 1s, evaluation_interval: 1s}
                        rule_files: ["%s"]
                        scrape_configs:
                        """.formatted(Tools.RULES), ""));
    }

    /** Returns the values of an instant query now. Fails if Prometheus refuses it. */
    List<Double> values(String query) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(address + "/api/v1/query?query="
                                    + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode body = JsonMapper.shared().readTree(answer.body());
            assertThat(body.path("status").asString()).as(answer.body()).isEqualTo("success");
            return StreamSupport.stream(body.path("data").path("result").spliterator(), false)
                    .map(series -> Double.valueOf(series.path("value").path(1).asString()))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(10));
    }
}
