package dev.saga.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.web.SomeService.Answer;
import dev.saga.web.problem.Plain;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Responses of every service to malicious and malformed requests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoorTest {
    private SomeService service;
    private int managementPort;

    @BeforeAll
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            managementPort = free.getLocalPort();
        }
        service = new SomeService("--saga.management.port=" + managementPort);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "0.0.0.0", "[::ffff:127.0.0.1]"})
    void refusesAForeignHostName(String host) throws IOException {
        for (int port : List.of(service.port(), managementPort)) {
            assertProblem(
                    SomeService.send(port, "GET /actuator/prometheus HTTP/1.1", "", "Host: " + host + ":" + port),
                    403,
                    "forbidden");
        }
        assertProblem(service.send("POST /note HTTP/1.1", "{}", "Host: " + host), 403, "forbidden");
        assertThat(service.get("/echo", "Host: localhost:1").code()).isEqualTo(200);
    }

    @Test
    void refusesChangesByAPageOfAnotherOrigin() throws IOException {
        for (String origin :
                List.of("http://evil.example", "null", "http://localhost:1", "http://localhost.evil", "%")) {
            assertProblem(post("Host: localhost", "Origin: " + origin), 403, "forbidden");
        }
        assertThat(post("Host: localhost", "Origin: http://localhost").code()).isEqualTo(200);
        assertThat(post("Host: localhost:1", "Origin: http://localhost:1").code())
                .isEqualTo(200);
        assertThat(service.get("/echo", "Origin: http://evil.example").code()).isEqualTo(200);
    }

    private Answer post(String... headers) throws IOException {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(headers),
                        java.util.stream.Stream.of("Content-Type: application/json"))
                .toArray(String[]::new);
        return service.send("POST /note HTTP/1.1", "{\"text\":\"x\"}", all);
    }

    @Test
    void refusesTwoHostHeaders() throws IOException {
        Answer answer = service.get("/echo", "Host: localhost", "Host: evil.example");
        assertThat(answer.code()).isBetween(400, 403);
    }

    @Test
    void refusesACompressedBody() throws IOException {
        for (String encoding : List.of("gzip", "br", "identity, gzip")) {
            Answer answer = post("Host: localhost", "Content-Encoding: " + encoding);
            assertProblem(answer, 415, "unsupported-content-encoding");
            assertThat(answer.header("Accept-Encoding")).isEqualTo("identity");
        }
        assertThat(post("Host: localhost", "Content-Encoding: identity").code()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo?t=%", "/%zz", "/a b", "/a|b"})
    void refusesAnInvalidAddressWithAProblem(String target) throws IOException {
        Answer answer = service.get(target);
        assertProblem(answer, 400, "invalid-request");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void refusesInvalidHttpWithAProblem() throws IOException {
        assertProblem(service.send("NONSENSE", ""), 400, "invalid-request");
        assertProblem(service.get("/echo?t=" + "x".repeat(10_000)), 414, "uri-too-long");
        assertProblem(service.get("/echo", "X: " + "x".repeat(20_000)), 431, "request-header-fields-too-large");
    }

    @Test
    void acceptsRawEqualsSignsInAQuery() throws IOException {
        assertThat(service.get("/echo?t=abc==&x=a=b").body()).isEqualTo("abc==");
    }

    @Test
    void everyResponseForbidsBrowsersToGuessItsType() throws IOException {
        for (String path : List.of("/echo", "/nowhere", "/health_check", "/actuator/prometheus")) {
            assertThat(service.get(path).header("X-Content-Type-Options"))
                    .as(path)
                    .isEqualTo("nosniff");
        }
    }

    @Test
    void halfASurrogatePairIsRefusedAndNeverSent() throws IOException {
        Answer answer = service.send("POST /note HTTP/1.1", "{\"text\":\"\\ud83d\"}", "Content-Type: application/json");
        assertProblem(answer, 400, "invalid-request");
        assertThat(answer.body()).contains("text has half a surrogate pair");
        assertThat(Plain.text("a\ud83d\u0007b\ud83d\ude00")).isEqualTo("a\ufffd\ufffdb\ud83d\ude00");
    }

    private static void assertProblem(Answer answer, int status, String slug) {
        assertThat(answer.code()).as("%s", answer).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as("%s", answer).isEqualTo("application/problem+json");
        JsonNode problem = JsonMapper.shared().readTree(answer.body());
        assertThat(problem.path("type").asString()).isEqualTo("urn:saga:problem:" + slug);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asString()).isNotBlank();
    }
}
