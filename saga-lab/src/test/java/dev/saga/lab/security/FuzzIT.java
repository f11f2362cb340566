package dev.saga.lab.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.HttpContract;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.security.Routes.Route;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests drawn from the services' own descriptions, about half of them malformed; the same in every run. */
class FuzzIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final RunningSystem SYSTEM = RunningSystem.behindGateway();
    private static final Map<Participant, JsonNode> DESCRIPTIONS = List.of(Participant.values()).stream()
            .collect(Collectors.toMap(
                    service -> service,
                    service -> Routes.description(
                            SYSTEM.stack.instances(service).getFirst().url())));

    /** One HTTP request to a service. */
    record Request(Participant service, String method, String path, Map<String, String> headers, String body) {}

    /** Queries whose result a refused request must not change. Sagas under way may change other rows meanwhile. */
    private static final List<String> STORED_BY_ALL = List.of("SELECT COUNT(*) FROM relay_lease WHERE paused");

    private static final Map<Participant, List<String>> STORED = Map.of(
            Participant.ORDER,
            List.of("SELECT COUNT(*) FROM orders", "SELECT COUNT(*) FROM idempotency_key"),
            Participant.INVENTORY,
            List.of("SELECT COUNT(*) FROM product", "SELECT COALESCE(MAX(id), 0) FROM ledger WHERE kind = 'STOCKED'"),
            Participant.PAYMENT,
            List.of("SELECT CONCAT(mode, latency_millis, failure_rate) FROM simulated_gateway"));

    @Property(tries = 1200, seed = "4711")
    void noRequestBreaksAServiceAndARefusedRequestStoresNothing(@ForAll("requests") Request request) throws Exception {
        List<String> before = stored(request.service());
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as("%s", answer.body()).isLessThan(500);
        HttpContract.check(request.service(), answer);
        if (answer.statusCode() >= 400) {
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
            JsonNode problem = JSON.readTree(answer.body());
            assertThat(problem.path("type").asString()).startsWith("urn:saga:problem:");
            assertThat(problem.path("status").asInt()).isEqualTo(answer.statusCode());
            assertThat(problem.path("detail").asString())
                    .isNotBlank()
                    .doesNotContain("dev.saga", "java.", "tools.jackson");
            assertThat(stored(request.service())).isEqualTo(before);
        }
    }

    @AfterContainer
    static void approveAndPublishAgain() throws IOException, InterruptedException {
        SYSTEM.stack.client().gateway("APPROVE");
        for (Participant service : Participant.values()) {
            HttpResponse<String> resumed = send(new Request(service, "POST", "/relay/resume", Map.of(), ""));
            assertThat(resumed.statusCode()).isEqualTo(200);
        }
    }

    @Provide
    Arbitrary<Request> requests() {
        return Arbitraries.of(Participant.values())
                .flatMap(service ->
                        Arbitraries.of(Routes.of(DESCRIPTIONS.get(service))).flatMap(route -> request(service, route)));
    }

    private static Arbitrary<Request> request(Participant service, Route route) {
        return Combinators.combine(address(route), headers(route), body(service, route))
                .as((path, headers, body) -> new Request(service, route.method(), path, headers, body));
    }

    private static Arbitrary<String> address(Route route) {
        List<Arbitrary<String>> parts = new ArrayList<>();
        for (String segment : route.path().substring(1).split("/")) {
            parts.add(
                    segment.startsWith("{") ? Arbitraries.oneOf(plausible(segment), odd()) : Arbitraries.just(segment));
        }
        Arbitrary<String> path = Combinators.combine(parts).as(all -> "/" + String.join("/", all));
        List<String> queries = new ArrayList<>();
        route.operation().path("parameters").forEach(parameter -> {
            if (parameter.path("in").asString().equals("query")) {
                queries.add(parameter.path("name").asString());
            }
        });
        if (queries.isEmpty()) {
            return path;
        }
        Arbitrary<String> query = Combinators.combine(Arbitraries.of(queries), Arbitraries.oneOf(number(), odd()))
                .as((name, value) -> "?" + name + "=" + value);
        return Combinators.combine(path, Arbitraries.oneOf(query, Arbitraries.just("")))
                .as(String::concat);
    }

    private static Arbitrary<String> plausible(String parameter) {
        return switch (parameter) {
            case "{orderId}", "{transactionId}" ->
                Arbitraries.of("01a1ffb7-2528-73ee-a445-7d34a6770f2b", "00000000-0000-0000-0000-000000000000");
            case "{id}" -> number();
            default -> Arbitraries.of("fuzz", "FUZZ-1", "a.b_c-d");
        };
    }

    private static Arbitrary<String> number() {
        return Arbitraries.of("0", "1", "-1", "200", "201", "9223372036854775807", "9223372036854775808", "1e3", "NaN");
    }

    /** Returns unusual texts for paths and queries. */
    private static Arbitrary<String> odd() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "%00",
                        "%2e%2e",
                        "..%2f",
                        "%27%20OR%201=1",
                        "a;b=c",
                        "%F0%9F%92%A5",
                        "%ff",
                        "null",
                        "PT30S",
                        "P1",
                        "-PT1S",
                        "PT2562047788015215H"),
                Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(300),
                Arbitraries.strings()
                        .ofMinLength(1)
                        .ofMaxLength(20)
                        .map(text -> java.net.URLEncoder.encode(text, StandardCharsets.UTF_8)
                                .replace("+", "%20")));
    }

    private static Arbitrary<Map<String, String>> headers(Route route) {
        Arbitrary<String> type = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(8, Arbitraries.just("application/json")),
                net.jqwik.api.Tuple.of(1, Arbitraries.of("text/plain", "application/xml", "a/b/c", "*")));
        Arbitrary<String> accept = Arbitraries.of("*/*", "application/json", "text/html", "x");
        Arbitrary<String> key = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(300);
        Arbitrary<String> prefer = Arbitraries.of(
                "wait=0", "wait=1", "wait=-1", "wait=999999999999", "wait", "wait=x", "return=minimal", ",,;=");
        return Combinators.combine(
                        type, accept, key, prefer, Arbitraries.integers().between(0, 3))
                .as((t, a, k, p, which) -> {
                    Map<String, String> headers = new java.util.LinkedHashMap<>(Map.of("Content-Type", t, "Accept", a));
                    if (which == 1) {
                        headers.put("Idempotency-Key", k);
                    }
                    if (which == 2) {
                        headers.put("Prefer", p);
                    }
                    if (which == 3) {
                        headers.put("traceparent", k);
                    }
                    return headers;
                });
    }

    private static Arbitrary<String> body(Participant service, Route route) {
        JsonNode content = route.operation().path("requestBody").path("content").path("application/json");
        if (content.isMissingNode()) {
            return Arbitraries.just("");
        }
        String name = content.path("schema").path("$ref").asString("").replaceAll(".*/", "");
        List<String> fields = new ArrayList<>(DESCRIPTIONS
                .get(service)
                .path("components")
                .path("schemas")
                .path(name)
                .path("properties")
                .propertyNames());
        fields.add("unknown");
        Arbitrary<String> object = Combinators.combine(Arbitraries.of(fields), value())
                .as((field, value) -> "\"" + field + "\":" + value)
                .list()
                .ofMaxSize(5)
                .map(members -> "{" + String.join(",", members) + "}");
        return Arbitraries.oneOf(object, object, object, value(), broken(), sensible(route));
    }

    private static Arbitrary<String> sensible(Route route) {
        return Arbitraries.just(
                switch (route.toString()) {
                    case "POST /{userId}/orders" -> "{\"productId\":\"FUZZ-1\",\"qty\":1}";
                    case "PUT /products/{productId}" -> "{\"name\":\"fuzz\",\"unitPrice\":1,\"stock\":5}";
                    case "POST /products/{productId}/restock" -> "{\"qty\":1}";
                    default -> "{\"mode\":\"APPROVE\"}";
                });
    }

    private static Arbitrary<String> value() {
        Arbitrary<String> leaf = Arbitraries.oneOf(
                Arbitraries.of(
                        "null", "true", "0", "-1", "1", "1.5", "1e400", "9223372036854775807", "9223372036854775808"),
                Arbitraries.of("\"\"", "\"FUZZ-1\"", "\"APPROVE\"", "\"\\u0000\"", "\"\\ud800\"", "\"💥\""),
                Arbitraries.strings().alpha().ofMaxLength(80).map(text -> "\"" + text + "\""),
                Arbitraries.just("9".repeat(2_000)));
        Arbitrary<String> line = Combinators.combine(leaf, leaf, leaf)
                .as((product, quantity, price) ->
                        "{\"productId\":" + product + ",\"qty\":" + quantity + ",\"unitPrice\":" + price + "}");
        return Arbitraries.oneOf(
                leaf, line.list().ofMaxSize(3).map(lines -> "[" + String.join(",", lines) + "]"), line);
    }

    private static Arbitrary<String> broken() {
        return Arbitraries.of(
                "",
                "{",
                "[]",
                "null",
                "{\"a\":}",
                "\"",
                "[".repeat(5_000),
                "{\"lines\":" + "[".repeat(20) + "]".repeat(20) + "}",
                "x".repeat(70_000));
    }

    private static HttpResponse<String> send(Request request) throws IOException, InterruptedException {
        var wire = HttpRequest.newBuilder(URI.create(
                        SYSTEM.stack.instances(request.service()).getFirst().url() + request.path()))
                .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()));
        request.headers().forEach(wire::header);
        return HTTP.send(wire.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> stored(Participant service) throws SQLException {
        List<String> stored = new ArrayList<>();
        try (Connection database = SYSTEM.stack.databases().connect(service);
                Statement statement = database.createStatement()) {
            for (String query : Stream.concat(STORED_BY_ALL.stream(), STORED.getOrDefault(service, List.of()).stream())
                    .toList()) {
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        stored.add(String.valueOf(rows.getString(1)));
                    }
                }
            }
        }
        return stored;
    }
}
