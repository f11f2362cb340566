package dev.saga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway in front of two instances that close the connection without a response, unless {@code hangUp} is false. */
class ToInstanceTest {
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile boolean hangUp = true;
    private volatile String firstLine = "";
    private volatile String lastHead = "";
    private ServerSocket one;
    private ServerSocket other;
    private ConfigurableApplicationContext gateway;

    @BeforeEach
    void start() throws IOException {
        one = listen();
        other = listen();
        gateway = SpringApplication.run(
                GatewayApplication.class,
                "--server.port=0",
                "--saga.gateway.instances.order-service=" + address(one) + "," + address(other));
        gateway.getBean(Instances.class).check().block();
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        one.close();
        other.close();
    }

    @Test
    void aPostThatIsCutOffIsSentOnceAndReportedAsInDoubt() throws Exception {
        HttpResponse<String> answer = send("POST");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("urn:saga:problem:cut-off", "Idempotency-Key");
        assertThat(arrived).hasValue(1);
    }

    @Test
    void aGetThatIsCutOffIsSentToEachInstanceOnce() throws Exception {
        HttpResponse<String> answer = send("GET");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(arrived).hasValue(2);
    }

    @Test
    void aPostToAnInstanceThatRefusesGoesToTheOther() throws Exception {
        one.close();
        hangUp = false;
        for (int i = 0; i < 4; i++) {
            assertThat(send("POST").statusCode()).isEqualTo(200);
        }
        assertThat(arrived).hasValue(4);
    }

    @Test
    void forwardsRawQueriesUnchanged() throws Exception {
        hangUp = false;
        String query = "?a[0]=1&x=a=b&t=abc==&p=%20%2F&q=%C3%A9";
        assertThat(send("GET", query).statusCode()).isEqualTo(200);
        assertThat(firstLine).isEqualTo("GET /ann/orders" + query + " HTTP/1.1");
    }

    @Test
    void checksTheOriginAndDoesNotForwardIt() throws Exception {
        hangUp = false;
        String door = "http://127.0.0.1:" + gateway.getEnvironment().getProperty("local.server.port");
        assertThat(send("POST", "", "Origin", door).statusCode()).isEqualTo(200);
        assertThat(lastHead).doesNotContainIgnoringCase("origin:");
        assertThat(send("POST", "", "Origin", "http://evil.example").statusCode())
                .isEqualTo(403);
    }

    @Test
    void responds503WithoutAReadyInstance() throws Exception {
        one.close();
        other.close();
        HttpResponse<String> answer = send("GET");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("urn:saga:problem:no-instance");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }

    private HttpResponse<String> send(String method) throws IOException, InterruptedException {
        return send(method, "");
    }

    private HttpResponse<String> send(String method, String query, String... headers)
            throws IOException, InterruptedException {
        String port = gateway.getEnvironment().getProperty("local.server.port");
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/order-service/ann/orders" + query))
                    .headers(java.util.stream.Stream.concat(
                                    java.util.stream.Stream.of("Content-Type", "application/json"),
                                    java.util.stream.Stream.of(headers))
                            .toArray(String[]::new))
                    .method(method, HttpRequest.BodyPublishers.ofString(method.equals("GET") ? "" : "{}"))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String address(ServerSocket socket) {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private ServerSocket listen() throws IOException {
        var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    answer(connection);
                } catch (IOException closed) {
                    // the next one, or the end
                }
            }
        });
        return socket;
    }

    /**
     * Responds to readiness queries. Reads any other request, then responds or, if {@code hangUp} is set, closes the
     * connection.
     */
    private void answer(Socket connection) throws IOException {
        byte[] head = new byte[4096];
        int read = connection.getInputStream().read(head);
        String request = new String(head, 0, Math.max(0, read), StandardCharsets.US_ASCII);
        boolean isReadinessQuery = request.contains("/actuator/health/readiness");
        if (!isReadinessQuery) {
            firstLine = request.lines().findFirst().orElse("");
            lastHead = request;
            arrived.incrementAndGet();
        }
        if (isReadinessQuery || !hangUp) {
            connection
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
        }
    }
}
