package dev.saga.lab.security;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.Issuer;
import dev.saga.lab.stack.ServiceProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Calls every route of every program as every kind of caller. */
@Order(RunningSystem.BEHIND_GATEWAY)
class AccessIT {
    private static final Duration SOON = Duration.ofMinutes(10);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Set<String> NOT_DESCRIBED = Set.of("/actuator", "/v3", "/nowhere", "/console", "/swagger-ui");

    private final RunningSystem system = RunningSystem.secured();
    private final Issuer issuer = system.stack.issuer();
    private final String ann = issuer.token("ann", List.of(), SOON);
    private final String operator = issuer.token("olga", List.of("ops"), SOON);

    /** A line of the table; {@code expected} has one status per kind of caller. */
    private record Row(String program, String method, String path, List<Integer> expected) {
        boolean isOf(ServiceProcess process) {
            boolean everywhere = program.equals("*");
            boolean delivery = path.startsWith("/dead-letters") || path.startsWith("/relay") || path.equals("/audit");
            return program.equals(process.program())
                    || (everywhere && !(delivery && process.program().equals("gateway-svc")));
        }

        boolean isDescribed() {
            return !path.equals("/")
                    && !path.contains("-service/")
                    && NOT_DESCRIBED.stream().noneMatch(path::startsWith);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @TestFactory
    Stream<DynamicTest> everyRouteReturnsTheStatusOfTheTableToEveryCaller() throws IOException {
        List<Row> rows = rows();
        Map<String, String> callers = callers();
        String order = cancelledOrder();
        return system.stack.processes().stream()
                .flatMap(process -> rows.stream()
                        .filter(row -> row.isOf(process))
                        .flatMap(row -> callers.keySet().stream()
                                .map(caller -> DynamicTest.dynamicTest(
                                        process.name() + " " + row + " " + caller,
                                        () -> assertThat(status(process, row, callers.get(caller), order))
                                                .isEqualTo(row.expected().get(column(caller)))))));
    }

    @Test
    void everyRouteThatExistsHasARowAndEveryRowARoute() throws IOException {
        List<Row> rows = rows();
        for (ServiceProcess process : system.stack.processes()) {
            Set<String> routes = Routes.of(Routes.description(process.url())).stream()
                    .map(Routes.Route::toString)
                    .collect(Collectors.toSet());
            assertThat(rows.stream()
                            .filter(row -> row.isOf(process) && row.isDescribed())
                            .map(Row::toString))
                    .as(process.name())
                    .containsExactlyInAnyOrderElementsOf(routes);
        }
    }

    @Test
    void anotherUsersOrderLooksLikeAnOrderThatDoesNotExist() throws IOException {
        String orderOfAnn = confirmedOrder();
        String none = "01a1ffb7-2528-73ee-a445-7d34a6770f2b";
        SagaClient bob = system.stack.client().with(issuer.token("bob", List.of(), SOON));
        assertThat(bob.get("ann", orderOfAnn).response().body())
                .isEqualTo(bob.get("ann", none).response().body())
                .doesNotContain("ann");
        assertThat(bob.get("bob", orderOfAnn).status()).isEqualTo(404);
    }

    @Test
    void aTokenSignedWithAnotherKeyIsRefused() {
        try (Issuer impostor = Issuer.start()) {
            String forged = impostor.token(issuer.name(), Issuer.AUDIENCE, "ann", List.of("ops"), SOON);
            assertThat(system.stack
                            .client()
                            .with(forged)
                            .order("GET", "/ann/orders", null, Map.of())
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void tokensWithUnknownKeyIdsCauseFewFetchesAtTheIssuer() throws Exception {
        int before = issuer.fetches();
        Set<Integer> answers = new java.util.TreeSet<>();
        var base64 = java.util.Base64.getUrlEncoder().withoutPadding();
        String claims = base64.encodeToString("{\"sub\":\"x\",\"exp\":4000000000}".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 500; i++) {
            String head = "{\"alg\":\"RS256\",\"kid\":\"made-up-" + i + "\"}";
            String token = base64.encodeToString(head.getBytes(StandardCharsets.UTF_8)) + "." + claims + "."
                    + base64.encodeToString(new byte[256]);
            for (ServiceProcess process : system.stack.processes()) {
                var request = HttpRequest.newBuilder(URI.create(process.url() + "/order-service/x/orders"))
                        .header("Authorization", "Bearer " + token)
                        .build();
                answers.add(HTTP.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode());
            }
        }
        assertThat(answers).isSubsetOf(401, 429);
        assertThat(issuer.fetches() - before)
                .isLessThanOrEqualTo(5 * system.stack.processes().size());
        await("the gateway accepts requests of this address again")
                .until(() -> get(system.stack.gateway().url() + "/fleet") == 401);
    }

    @Test
    void aCallerWhoMayReadTheCatalogueMaySendHead() {
        SagaClient customer = system.stack.client().with(ann);
        assertThat(customer.inventory("HEAD", "/products", null).status()).isEqualTo(200);
        assertThat(customer.inventory("HEAD", "/dead-letters", null).status()).isEqualTo(403);
    }

    @Test
    void crossSiteRequestsAreRefused() throws Exception {
        for (ServiceProcess process : system.stack.processes()) {
            var request = HttpRequest.newBuilder(URI.create(process.url() + "/ann/orders"))
                    .header("Content-Type", "application/json")
                    .header("Sec-Fetch-Site", "cross-site")
                    .header("Authorization", "Bearer " + ann)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"productId\":\"LOG\",\"qty\":1}"));
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(process.name()).isEqualTo(403);
            assertThat(answer.body()).contains("another site");
        }
    }

    @Test
    void theManagementPortServesHealthAndMetricsWithoutATokenAndNothingElse() throws Exception {
        for (ServiceProcess process : system.stack.processes()) {
            assertThat(get(process.managementUrl() + "/actuator/prometheus"))
                    .as(process.name())
                    .isEqualTo(200);
            assertThat(get(process.managementUrl() + "/actuator/health/readiness"))
                    .isEqualTo(200);
            for (String closed :
                    List.of("/products", "/actuator/orders", "/payment-gateway", "/v3/api-docs", "/fleet")) {
                assertThat(get(process.managementUrl() + closed))
                        .as(process.name() + closed)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void logsContainNoTokenAndNoUser() throws IOException {
        String user = "quentin-tarantella";
        SagaClient client = system.stack.clientOfGateway().with(issuer.token(user, List.of(), SOON));
        stock();
        String paid = Objects.requireNonNull(
                client.submitAndWait(user, "{\"productId\":\"LOG\",\"qty\":1,\"paymentToken\":\"tok_approve\"}")
                        .text("orderId"));
        client.order("POST", "/" + user + "/orders/" + paid + "/cancel", null, Map.of());
        client.submit(user, "{\"productId\":\"LOG\",\"qty\":-1}", Map.of());
        client.with("eyJhbGciOiJub25lIn0.e30.").get(user, paid);
        for (ServiceProcess process : system.stack.processes()) {
            String prefix = process.program().equals("gateway-svc") ? "/order-service" : "";
            for (String broken :
                    List.of(": y\r\n\r\n", "Content-Length: 9\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n-1\r\n")) {
                hangUpAfter(
                        process.port(),
                        "POST " + prefix + "/" + user
                                + "/orders?eyJ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Authorization: Bearer " + issuer.token(user, List.of(), SOON) + "\r\n" + broken);
            }
        }
        await().untilAsserted(
                        () -> assertThat(client.get(user, paid).text("status")).isEqualTo("CANCELLED"));
        for (ServiceProcess process : system.stack.processes()) {
            assertThat(Files.readString(process.process().log()))
                    .as(process.name())
                    .doesNotContain(user, "tok_approve", "eyJ");
        }
    }

    private static void hangUpAfter(int port, String text) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(300);
            socket.getInputStream().read();
        } catch (SocketTimeoutException waits) {
            // the server waits for the rest; the client closes the connection
        }
    }

    private void stock() {
        system.stack.client().with(operator).stock("LOG", 5, 1_000);
    }

    private String confirmedOrder() {
        stock();
        return Objects.requireNonNull(system.stack
                .client()
                .with(ann)
                .submitAndWait("ann", "{\"productId\":\"LOG\",\"qty\":1}")
                .text("orderId"));
    }

    /** Creates an order that is final, so no row of the table changes the result of a later one. */
    private String cancelledOrder() {
        String order = confirmedOrder();
        SagaClient client = system.stack.client().with(ann);
        client.order("POST", "/ann/orders/" + order + "/cancel", null, Map.of());
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(client.get("ann", order).text("status")).isEqualTo("CANCELLED"));
        return order;
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/access.csv")).stream()
                .filter(not(line -> line.startsWith("#")))
                .map(line -> Stream.of(line.split(",")).map(String::strip).toList())
                .map(cells -> new Row(
                        cells.get(0),
                        cells.get(1),
                        cells.get(2),
                        cells.subList(3, 8).stream().map(Integer::valueOf).toList()))
                .toList();
    }

    private Map<String, String> callers() {
        Map<String, String> callers = new java.util.LinkedHashMap<>();
        callers.put("without a token", "");
        callers.put("expired", issuer.token("ann", List.of("ops"), SOON.negated()));
        callers.put(
                "of another issuer",
                issuer.token("https://issuer.example", Issuer.AUDIENCE, "ann", List.of("ops"), SOON));
        callers.put("for another audience", issuer.token(issuer.name(), "others", "ann", List.of("ops"), SOON));
        callers.put("another user", issuer.token("bob", List.of(), SOON));
        callers.put("the user", ann);
        callers.put("an operator", operator);
        return callers;
    }

    private static int column(String caller) {
        return switch (caller) {
            case "without a token" -> 0;
            case "expired", "of another issuer", "for another audience" -> 1;
            case "another user" -> 2;
            case "the user" -> 3;
            case "an operator" -> 4;
            default -> fail(caller);
        };
    }

    private static int status(ServiceProcess process, Row row, String token, String order) throws Exception {
        String path = row.path()
                .replace("{userId}", "ann")
                .replace("{orderId}", order)
                .replace("{transactionId}", order)
                .replace("{id}", "999999")
                .replaceAll("\\{\\w+}", "LOG");
        var request = HttpRequest.newBuilder(URI.create(process.url() + path))
                .header("Content-Type", "application/json")
                .method(row.method(), HttpRequest.BodyPublishers.ofString(body(row)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static String body(Row row) {
        return switch (row.toString()) {
            case "POST /{userId}/orders" -> "{\"productId\":\"LOG\",\"qty\":1}";
            case "PUT /products/{productId}" -> "{\"name\":\"log\",\"unitPrice\":5,\"stock\":1000}";
            case "POST /products/{productId}/restock" -> "{\"qty\":1}";
            case "PUT /payment-gateway" -> "{\"mode\":\"APPROVE\"}";
            default -> "";
        };
    }

    private static int get(String url) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
