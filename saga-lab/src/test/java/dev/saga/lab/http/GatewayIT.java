package dev.saga.lab.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests gateway-svc in front of several instances of the services. */
@Order(RunningSystem.BEHIND_GATEWAY)
class GatewayIT {
    private static final String UNKNOWN = "{\"productId\":\"NO-SUCH\",\"qty\":1}";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final RunningSystem system = RunningSystem.behindGateway();
    private final String gateway = system.stack.gateway().url();
    private final SagaClient client = system.stack.clientOfGateway();

    @Test
    void theLocationOfAnOrderPlacedThroughTheGatewayLeadsToTheOrder() throws Exception {
        Answer placed = client.submitAndWait("gwen", UNKNOWN);
        assertThat(placed.text("status")).isEqualTo("CANCELLED");
        String location = Objects.requireNonNull(placed.header("location"));
        assertThat(location).startsWith("/order-service/gwen/orders/");
        assertThat(get(location).body()).contains(Objects.requireNonNull(placed.text("orderId")));
    }

    @Test
    void requestsTakeTurnsAtTheReadyInstances() {
        double before = answeredBy(0);
        double other = answeredBy(1);
        for (int i = 0; i < 20; i++) {
            client.order("GET", "/gwen/orders", null, Map.of()).expect(200);
        }
        assertThat(answeredBy(0) - before).isGreaterThanOrEqualTo(5);
        assertThat(answeredBy(1) - other).isGreaterThanOrEqualTo(5);
    }

    private double answeredBy(int instance) {
        String metrics = HTTP.sendAsync(
                        HttpRequest.newBuilder(URI.create(system.stack
                                                .instances(Participant.ORDER)
                                                .get(instance)
                                                .url() + "/actuator/prometheus"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
        return metrics.lines()
                .filter(line ->
                        line.startsWith("http_server_requests_seconds_count") && line.contains("/{userId}/orders"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aKilledInstanceGetsNoMoreRequestsAndNoLaterRequestFails() throws Exception {
        ServiceProcess victim = system.stack.instances(Participant.ORDER).getFirst();
        victim.process().kill();
        try {
            for (int i = 0; i < 30; i++) {
                assertThat(client.order("GET", "/gwen/orders", null, Map.of()).status())
                        .isEqualTo(200);
                assertThat(client.submit("gwen", UNKNOWN, Map.of()).status()).isEqualTo(201);
            }
            await().atMost(Duration.ofSeconds(5)).until(() -> !isReady(victim));
        } finally {
            victim.restart();
            victim.awaitReady();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> isReady(victim));
    }

    private boolean isReady(ServiceProcess instance) throws Exception {
        JsonNode fleet = JsonMapper.shared().readTree(get("/fleet").body());
        for (JsonNode member : fleet.path(0).path("instances")) {
            if (member.path("address").asString().equals(instance.url())) {
                return member.path("ready").asBoolean();
            }
        }
        throw new AssertionError(instance.url() + " is not in " + fleet);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWithAndWithoutContentLength() throws Exception {
        byte[] large = " ".repeat(RunningSystem.GATEWAY_BODY_LIMIT + 1).getBytes(StandardCharsets.UTF_8);
        var known = HttpRequest.BodyPublishers.ofByteArray(large);
        var unknown = HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large));
        for (HttpRequest.BodyPublisher body : List.of(known, unknown)) {
            var request = HttpRequest.newBuilder(URI.create(gateway + "/order-service/gwen/orders"))
                    .header("Content-Type", "application/json")
                    .POST(body)
                    .build();
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("urn:saga:problem:content-too-large");
        }
    }

    @Test
    void everyResponseHasSecurityHeadersForBrowsers() throws Exception {
        for (String path : List.of("/", "/console/app.js", "/order-service/health_check", "/nowhere")) {
            var headers = get(path).headers();
            assertThat(headers.firstValue("content-security-policy"))
                    .as(path)
                    .hasValueSatisfying(policy ->
                            assertThat(policy).startsWith("default-src 'self'").contains("frame-ancestors 'none'"));
            assertThat(headers.firstValue("x-content-type-options")).hasValue("nosniff");
        }
    }

    @Test
    void aCallerHasAtMostTenEventStreamsAndCanOpenAnotherAfterClosingOne() throws Exception {
        List<InputStream> open = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                HttpResponse<InputStream> stream = fleetStream();
                assertThat(stream.statusCode()).isEqualTo(200);
                open.add(stream.body());
            }
            HttpResponse<InputStream> more = fleetStream();
            assertThat(more.statusCode()).isEqualTo(429);
            more.body().close();
        } finally {
            for (InputStream stream : open) {
                stream.close();
            }
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            HttpResponse<InputStream> again = fleetStream();
            again.body().close();
            return again.statusCode() == 200;
        });
    }

    @Test
    void aStreamWhoseClientDisconnectsBeforeItsStartReleasesItsSlot() throws Exception {
        ServiceProcess inventory = system.stack.instances(Participant.INVENTORY).getFirst();
        for (int i = 0; i < 60; i++) {
            try (Socket socket = new Socket("127.0.0.1", inventory.port())) {
                socket.setSoLinger(true, 0); // closes with a reset
                socket.getOutputStream()
                        .write("GET /products HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                LockSupport.parkNanos(Duration.ofMillis(i % 15).toNanos());
            }
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            List<InputStream> open = new ArrayList<>();
            try {
                for (int i = 0; i < 10; i++) {
                    HttpResponse<InputStream> stream = stream(inventory.url() + "/products");
                    open.add(stream.body());
                    assertThat(stream.statusCode()).isEqualTo(200);
                }
            } finally {
                for (InputStream stream : open) {
                    stream.close();
                }
            }
        });
    }

    private HttpResponse<InputStream> fleetStream() throws Exception {
        return stream(gateway + "/fleet");
    }

    private static HttpResponse<InputStream> stream(String url) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    @Test
    void queriesWithRawBracketsAndEqualsSignsAreForwarded() throws Exception {
        for (String query : List.of("a[0]=1", "x=a=b", "t=abc==", "p=%20%2F&x=a=b", "limit=5&limit[]=1")) {
            assertThat(get("/order-service/gwen/orders?"
                                    + query.replace("[", "%5B").replace("]", "%5D"))
                            .statusCode())
                    .as(query)
                    .isEqualTo(200);
            assertThat(raw("GET /order-service/gwen/orders?" + query + " HTTP/1.1\r\nHost: localhost\r\n"))
                    .as(query)
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void requestsForAForeignHostNameAreRefusedByEveryProcess() throws Exception {
        for (ServiceProcess process : system.stack.processes()) {
            for (String host : List.of("evil.example", "0.0.0.0:" + process.port(), "[::ffff:127.0.0.1]")) {
                assertThat(raw(process.port(), "GET /health_check HTTP/1.1\r\nHost: " + host + "\r\n"))
                        .as(process.name() + " " + host)
                        .startsWith("HTTP/1.1 403")
                        .contains("application/problem+json");
            }
        }
    }

    private String raw(String head) throws Exception {
        return raw(system.stack.gateway().port(), head);
    }

    private static String raw(int port, String head) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void oneDescriptionPageHasAllServices() throws Exception {
        String settings = get("/v3/api-docs/swagger-config").body();
        for (String service : List.of("order-service", "inventory-service", "payment-service")) {
            assertThat(settings).contains("/" + service + "/v3/api-docs");
            assertThat(get("/" + service + "/v3/api-docs").body()).contains("\"openapi\"");
        }
        assertThat(get("/swagger-ui/index.html").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway + path)).build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
