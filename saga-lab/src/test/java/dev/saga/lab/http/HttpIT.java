package dev.saga.lab.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.Topic;
import dev.saga.event.TransactionId;
import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.fixture.HttpContract;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.fixture.Wire;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the HTTP interface of the services. */
@Order(RunningSystem.ON_PAIRS)
class HttpIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();
    private final String user = "u" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void stock() {
        client.stock("BOOK", 1500, 1_000_000);
    }

    @Test
    void returnsTheOrderAndItsLocationForASubmission() {
        Answer placed = client.submit(user, "{\"productId\":\"BOOK\",\"qty\":2,\"unitPrice\":1500}", Map.of());
        assertThat(placed.status()).isEqualTo(201);
        String id = placed.text("orderId");
        assertThat(UUID.fromString(id).version()).isEqualTo(7);
        assertThat(placed.header("location")).isEqualTo("/" + user + "/orders/" + id);
        assertThat(placed.body().propertyNames())
                .containsExactlyInAnyOrder(
                        "orderId", "userId", "status", "cancelReason", "lines", "totalPrice", "createdAt", "updatedAt");
        assertThat(placed.text("status")).isEqualTo("PENDING");
        assertThat(placed.body().path("lines").path(0).path("unitPrice").isNull())
                .isTrue();
        assertThat(placed.body().path("totalPrice").isNull()).isTrue();
        assertThat(Instant.parse(placed.text("createdAt")))
                .isBefore(Instant.now().plusSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"productId\":\"BOOK\"}",
                "{\"productId\":\"BOOK\",\"qty\":0}",
                "{\"productId\":\"BOOK\",\"qty\":1000001}",
                "{\"productId\":\"BOOK\",\"qty\":1.5}",
                "{\"productId\":\"BOOK\",\"qty\":\"1\"}",
                "{\"productId\":\"BOOK\",\"qty\":99999999999}",
                "{\"productId\":\"a b\",\"qty\":1}",
                "{\"productId\":\"\",\"qty\":1}",
                "{\"productId\":\"BOOK\",\"qty\":1,\"unitPrice\":-1}",
                "{\"productId\":\"BOOK\",\"qty\":1,\"unitPrice\":1000000000001}",
                "{\"productId\":\"BOOK\",\"qty\":1,\"paymentToken\":\"no/token\"}",
                "{\"lines\":[]}",
                "{\"lines\":[null]}",
                "{\"lines\":[{\"productId\":\"BOOK\",\"qty\":1},{\"productId\":\"BOOK\",\"qty\":2}]}",
                "{\"lines\":[{\"productId\":\"BOOK\",\"qty\":1}],\"productId\":\"BOOK\",\"qty\":1}"
            })
    void refusesABodyThatBreaksABoundAndStoresNothing(String body) {
        assertProblem(client.submit(user, body, Map.of()), 400, "invalid-request");
        assertThat(list("").path("orders")).isEmpty();
    }

    @Test
    void refusesATotalThatCannotBeCharged() {
        String lines = String.join(
                ",",
                IntStream.range(0, 10)
                        .mapToObj(i -> "{\"productId\":\"P" + i + "\",\"qty\":1000000,\"unitPrice\":1000000000000}")
                        .toList());
        assertProblem(client.submit(user, "{\"lines\":[" + lines + "]}", Map.of()), 400, "invalid-request");
    }

    @Test
    void refusesABodyAbove64KiBAndAnInvalidUserId() {
        String large = "{\"productId\":\"BOOK\",\"qty\":1,\"x\":\"" + "y".repeat(70_000) + "\"}";
        assertProblem(client.submit(user, large, Map.of()), 413, "content-too-large");
        assertProblem(client.submit("a%20b", "{\"productId\":\"BOOK\",\"qty\":1}", Map.of()), 400, "invalid-request");
    }

    @Test
    void refusesAnIdempotencyKeyThatIsEmptyOrTooLong() {
        for (String key : List.of("", "k".repeat(256), "a b")) {
            Answer answer = client.submit(user, "{\"productId\":\"BOOK\",\"qty\":1}", Map.of("Idempotency-Key", key));
            assertProblem(answer, 400, "invalid-request");
        }
    }

    @Test
    void refusesTwoIdempotencyKeysAndStoresNothing() throws Exception {
        String url = system.stack.instances(Participant.ORDER).getFirst().url();
        HttpRequest twice = HttpRequest.newBuilder(URI.create(url + "/" + user + "/orders"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "one")
                .header("Idempotency-Key", "two")
                .POST(HttpRequest.BodyPublishers.ofString(order()))
                .build();
        HttpResponse<String> refused = sendToOrders(twice);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("Idempotency-Key");
        assertThat(list("").path("orders")).isEmpty();
    }

    @Test
    void returnsTheCurrentOrderForARepeatedSubmission() {
        Map<String, String> key = Map.of("Idempotency-Key", "once");
        Answer first =
                client.submit(user, "{\"productId\":\"BOOK\",\"qty\":1}", key).expect(201);
        Answer again = client.submit(
                        user,
                        "{\"qty\": 1, \"productId\": \"BOOK\"}",
                        Map.of("Idempotency-Key", "once", "Prefer", "wait=30"))
                .expect(200);
        assertThat(again.header("idempotency-replayed")).isEqualTo("true");
        assertThat(again.text("orderId")).isEqualTo(first.text("orderId"));
        assertThat(again.text("status")).isEqualTo("CONFIRMED");
        assertProblem(client.submit(user, "{\"productId\":\"BOOK\",\"qty\":2}", key), 422, "idempotency-key-reused");
    }

    @Test
    void waitsAsLongAsPreferredAndNoLongerThan30Seconds() {
        Answer order = client.submit(user, order(), Map.of("Prefer", "wait=60")).expect(201);
        assertThat(order.header("preference-applied")).isEqualTo("wait=30");
        assertThat(order.text("status")).isEqualTo("CONFIRMED");
        String slow = "{\"productId\":\"BOOK\",\"qty\":1,\"paymentToken\":\"tok_slow\"}";
        Answer pending = client.submit(user, slow, Map.of("Prefer", "respond-async, wait=1"))
                .expect(201);
        assertThat(pending.header("preference-applied")).isEqualTo("wait=1");
        assertThat(pending.text("status")).isEqualTo("PENDING");
        assertThat(client.submit(user, order(), Map.of("Prefer", "wait=soon"))
                        .expect(201)
                        .header("preference-applied"))
                .isNull();
    }

    @Test
    void listsOrdersNewestFirstInPages() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.addFirst(client.submit(user, order(), Map.of()).expect(201).text("orderId"));
        }
        JsonNode first = list("?limit=2");
        assertThat(orderIds(first)).isEqualTo(ids.subList(0, 2));
        JsonNode second = list("?limit=2&after=" + first.path("next").asString());
        assertThat(orderIds(second)).isEqualTo(ids.subList(2, 4));
        JsonNode last = list("?limit=2&after=" + second.path("next").asString());
        assertThat(orderIds(last)).isEqualTo(ids.subList(4, 5));
        assertThat(last.path("next").isNull()).isTrue();
        assertProblem(client.order("GET", "/" + user + "/orders?limit=0", null, Map.of()), 400, "invalid-request");
        assertProblem(client.order("GET", "/" + user + "/orders?after=x", null, Map.of()), 400, "invalid-request");
        assertProblem(client.order("GET", "/" + user + "/orders?limit=x", null, Map.of()), 400, "invalid-request");
    }

    @Test
    void hidesOrdersOfOtherUsers() {
        String id = client.submit(user, order(), Map.of()).expect(201).text("orderId");
        assertProblem(client.get("somebody", id), 404, "order-not-found");
        assertProblem(
                client.order("GET", "/somebody/orders/" + id + "/timeline", null, Map.of()), 404, "order-not-found");
        assertProblem(
                client.order("POST", "/somebody/orders/" + id + "/cancel", null, Map.of()), 404, "order-not-found");
        assertProblem(client.get(user, UUID.randomUUID().toString()), 404, "order-not-found");
        assertProblem(client.get(user, "no-uuid"), 400, "invalid-request");
    }

    @Test
    void streamsATimelineFromAnyInstanceUntilTheOrderIsFinal() throws Exception {
        String slow = "{\"productId\":\"BOOK\",\"qty\":1,\"paymentToken\":\"tok_slow\"}";
        String id = client.submit(user, slow, Map.of()).expect(201).text("orderId");
        String url =
                system.stack.instances(Participant.ORDER).get(1).url() + "/" + user + "/orders/" + id + "/timeline";
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Accept", "text/event-stream")
                .build();
        List<String> types = HTTP.send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("event:"))
                .map(line -> line.substring(6).strip())
                .toList();
        assertThat(types)
                .containsExactly("ORDER_CREATED", "INVENTORY_RESERVED", "PAYMENT_COMPLETED", "ORDER_CONFIRMED");
    }

    @Test
    void aTimelineContinuesAfterLastEventId() throws Exception {
        String id = client.submitAndWait(user, order()).text("orderId");
        HttpResponse<String> all = timeline(id, "");
        List<String> ids = values(all.body(), "id:");
        assertThat(ids).hasSize(4);
        assertThat(all.body()).startsWith("retry:2000");
        assertThat(all.headers().firstValue("x-accel-buffering")).hasValue("no");
        assertThat(all.headers().firstValue("cache-control")).hasValue("no-cache");
        assertThat(values(timeline(id, ids.get(1)).body(), "id:")).isEqualTo(ids.subList(2, 4));
        assertThat(timeline(id, ids.get(3)).statusCode()).isEqualTo(204);
        assertThat(values(timeline(id, "no-such-event").body(), "id:")).isEqualTo(ids);
    }

    private HttpResponse<String> timeline(String orderId, String last) throws Exception {
        String url = system.stack.instances(Participant.ORDER).getFirst().url();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/" + user + "/orders/" + orderId + "/timeline"))
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", last)
                .timeout(PATIENCE)
                .build();
        return sendToOrders(request);
    }

    /** Sends a request to order-svc, and checks that the response fits its OpenAPI description. */
    private static HttpResponse<String> sendToOrders(HttpRequest request) throws Exception {
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        HttpContract.check(Participant.ORDER, answer);
        return answer;
    }

    private static List<String> values(String stream, String field) {
        return stream.lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .toList();
    }

    @Test
    void aThousandTimelinesOnOneConnectionLeaveNothingOnIt() throws Exception {
        ServiceProcess instance = system.stack.instances(Participant.ORDER).getFirst();
        String id = client.submitAndWait(user, order()).text("orderId");
        String request = "GET /" + user + "/orders/" + id + "/timeline HTTP/1.1\r\nHost: localhost\r\n"
                + "Accept: text/event-stream\r\n\r\n";
        try (var socket = new Socket("127.0.0.1", instance.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (int i = 0; i < 1000; i++) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                assertThat(in.readLine()).startsWith("HTTP/1.1 200");
                while (!in.readLine().equals("0")) {} // the last chunk
                in.readLine();
            }
            assertThat(live(instance, "reactor.netty.http.server.HttpServerOperations"))
                    .isLessThan(200);
        }
    }

    /** Returns the number of live objects of a class in a process, after a garbage collection. */
    private static long live(ServiceProcess process, String type) throws Exception {
        Process jcmd = new ProcessBuilder(
                        java.nio.file.Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                .toString(),
                        String.valueOf(process.process().pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(histogram).contains("java.lang.String");
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(cells -> cells.length > 3 && cells[3].equals(type))
                .mapToLong(cells -> Long.parseLong(cells[1]))
                .sum();
    }

    @Test
    void anInstanceThatShutsDownRespondsToWaitingCallers() throws Exception {
        ServiceProcess instance = system.stack.instances(Participant.ORDER).get(1);
        client.gateway("UNAVAILABLE");
        try {
            var waits = HTTP.sendAsync(
                    HttpRequest.newBuilder(URI.create(instance.url() + "/" + user + "/orders"))
                            .header("Content-Type", "application/json")
                            .header("Prefer", "wait=30")
                            .POST(HttpRequest.BodyPublishers.ofString(order()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(list("").path("orders")).hasSize(1));
            instance.process().stop(Duration.ofSeconds(25));
            HttpResponse<String> answer = waits.join();
            HttpContract.check(Participant.ORDER, answer);
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(JsonMapper.shared()
                            .readTree(answer.body())
                            .path("status")
                            .asString())
                    .isEqualTo("PENDING");
        } finally {
            client.gateway("APPROVE");
            instance.restart();
            instance.awaitReady();
        }
    }

    @Test
    void namesTheCauseOfEveryEventThatAnotherEventCaused() {
        String paid = client.submitAndWait(user, order()).text("orderId");
        assertThat(causes(paid))
                .containsExactly(
                        "ORDER_CREATED <- null",
                        "INVENTORY_RESERVED <- ORDER_CREATED",
                        "PAYMENT_COMPLETED <- INVENTORY_RESERVED",
                        "ORDER_CONFIRMED <- PAYMENT_COMPLETED");
        client.order("POST", "/" + user + "/orders/" + paid + "/cancel", null, Map.of())
                .expect(202);
        await().atMost(PATIENCE).until(() -> causes(paid).size() == 8);
        assertThat(causes(paid))
                .contains(
                        "ORDER_CANCEL <- null",
                        "INVENTORY_RELEASED <- ORDER_CANCEL",
                        "PAYMENT_REFUNDED <- ORDER_CANCEL");
    }

    @Test
    void aTimelineContainsTheDataOfEveryEventAsPublished() {
        String id = client.submitAndWait(user, order()).text("orderId");
        Map<String, JsonNode> published = new HashMap<>();
        for (Topic topic : ShopTopic.values()) {
            system.wire.records(topic.text(), TransactionId.of(id)).forEach(record -> {
                JsonNode event = Wire.json(record);
                published.put(event.path("id").asString(), event.path("data"));
            });
        }
        assertThat(client.timeline(user, id))
                .hasSize(4)
                .allSatisfy(entry -> assertThat(entry.path("data"))
                        .isEqualTo(published.get(entry.path("eventId").asString())));
    }

    private List<String> causes(String orderId) {
        List<JsonNode> events = client.timeline(user, orderId).valueStream().toList();
        return events.stream()
                .map(event -> event.path("type").asString() + " <- "
                        + events.stream()
                                .filter(cause -> cause.path("eventId").equals(event.path("causationId")))
                                .map(cause -> cause.path("type").asString())
                                .findFirst()
                                .orElse(null))
                .toList();
    }

    @Test
    void aClientThatHangsUpNeitherLosesNorDoublesItsOrder() throws Exception {
        ServiceProcess instance = system.stack.instances(Participant.ORDER).getFirst();
        String body = order();
        String request = "POST /" + user + "/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Idempotency-Key: hang-up\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        for (int i = 0; i < 10; i++) {
            try (var socket = new Socket("127.0.0.1", instance.port())) {
                OutputStream out = socket.getOutputStream();
                out.write(request.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
        await("stored, although no client waits for the response")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(list("").path("orders")).hasSize(1));
        Answer answer = client.submit(user, body, Map.of("Idempotency-Key", "hang-up", "Prefer", "wait=30"))
                .expect(200);
        assertThat(answer.text("status")).isEqualTo("CONFIRMED");
        assertThat(list("").path("orders")).hasSize(1);
        system.assertSound();
    }

    /** Requests whose client disconnects before the response; {@code %s} is an order's id. */
    private static final Map<Participant, List<String>> ABANDONED = Map.of(
            Participant.ORDER,
            List.of(
                    "GET /{user}/orders?limit=50",
                    "GET /{user}/orders/%s",
                    "GET /{user}/orders/%s/timeline",
                    "POST /{user}/orders/%s/cancel",
                    "POST /sagas/%s/nudge",
                    "GET /sagas",
                    "POST /dead-letters/999999/replay",
                    "GET /dead-letters"),
            Participant.INVENTORY,
            List.of("PUT /products/STORM", "GET /products", "GET /products/STORM/history", "GET /products/STORM"),
            Participant.PAYMENT,
            List.of("GET /payments/%s", "PUT /payment-gateway", "GET /payment-gateway"));

    @Test
    void clientsThatHangUpOnAnyRequestLeaveNothingBehind() throws Exception {
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            orders.add(client.submit(user, order(), Map.of()).expect(201).text("orderId"));
        }
        try (var clients = java.util.concurrent.Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 4000; i++) {
                int number = i;
                clients.submit(() -> {
                    hangUp(number, orders.get(number % orders.size()));
                    return null;
                });
            }
        }
        for (Participant service : Participant.values()) {
            for (ServiceProcess instance : system.stack.instances(service)) {
                await(instance.name() + " has all its connections")
                        .atMost(PATIENCE)
                        .until(() -> instance.meter("r2dbc_pool_acquired_connections") == 0);
            }
            await(service + " has no transaction open").atMost(PATIENCE).until(() -> openTransactions(service) == 0);
        }
        client.submitAndWait(user, order());
        system.assertSound();
    }

    private void hangUp(int number, String orderId) throws IOException {
        Participant service = Participant.values()[number % Participant.values().length];
        List<String> requests = ABANDONED.getOrDefault(service, List.of("GET /dead-letters"));
        List<ServiceProcess> instances = system.stack.instances(service);
        String request = requests.get(number / 3 % requests.size())
                .replace("{user}", user)
                .formatted(orderId);
        String body = request.startsWith("PUT /products")
                ? "{\"name\":\"x\",\"unitPrice\":1,\"stock\":" + number + "}"
                : request.startsWith("PUT") ? "{\"mode\":\"APPROVE\"}" : "";
        try (var socket =
                new Socket("127.0.0.1", instances.get(number % instances.size()).port())) {
            if (number % 2 == 0) {
                socket.setSoLinger(true, 0); // closes with a reset
            }
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(number % 9).toNanos());
        }
    }

    private long openTransactions(Participant service) throws Exception {
        try (var database = system.stack.databases().connect(service);
                var statement = database.prepareStatement("SELECT COUNT(*) FROM information_schema.innodb_trx t"
                        + " JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id"
                        + " WHERE p.db = ? AND p.id <> CONNECTION_ID()")) {
            statement.setString(1, system.stack.databases().schema(service));
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    @Test
    void setsStockAndKeepsALedger() {
        String product = "P-" + user;
        client.stock(product, 10, 5);
        client.stock(product, 20, 5);
        client.stock(product, 20, 3);
        JsonNode set = client.inventory("GET", "/products/" + product, null)
                .expect(200)
                .body();
        assertThat(set.toString())
                .isEqualTo("{\"productId\":\"" + product + "\",\"name\":\"" + product
                        + "\",\"unitPrice\":20,\"available\":3,\"reserved\":0}");
        JsonNode ledger = client.inventory("GET", "/products/" + product + "/history", null)
                .expect(200)
                .body();
        assertThat(ledger.valueStream().map(entry -> entry.path("quantity").asInt()))
                .containsExactly(5, -2);
        assertThat(ledger.path(0).path("transactionId").isNull()).isTrue();
        assertThat(client.inventory("GET", "/products?limit=1000", null)
                        .expect(200)
                        .body())
                .isNotEmpty();
        assertProblem(client.inventory("GET", "/products/NOPE", null), 404, "product-not-found");
        assertProblem(client.inventory("GET", "/products/NOPE/history", null), 404, "product-not-found");
        for (String bad : List.of(
                "{}", "{\"name\":\"x\",\"unitPrice\":1,\"stock\":-1}", "{\"name\":\"\",\"unitPrice\":1,\"stock\":1}")) {
            assertProblem(client.inventory("PUT", "/products/" + product, bad), 400, "invalid-request");
        }
    }

    @Test
    void returnsPaymentsAndSwitchesTheSimulatedGateway() {
        Answer order = client.submitAndWait(user, order());
        JsonNode payment = client.payment("GET", "/payments/" + order.text("orderId"), null)
                .expect(200)
                .body();
        assertThat(payment.propertyNames())
                .containsExactlyInAnyOrder(
                        "transactionId", "paymentId", "status", "amount", "attempts", "createdAt", "updatedAt");
        assertThat(payment.path("amount").asLong()).isEqualTo(1500);
        assertThat(payment.path("attempts").asInt()).isEqualTo(1);
        assertProblem(client.payment("GET", "/payments/" + UUID.randomUUID(), null), 404, "payment-not-found");
        String flaky = "{\"mode\":\"FLAKY\",\"latencyMillis\":5,\"failureRate\":0.25}";
        client.payment("PUT", "/payment-gateway", flaky).expect(200);
        assertThat(system.otherClient()
                        .payment("GET", "/payment-gateway", null)
                        .body()
                        .toString())
                .isEqualTo(flaky);
        client.gateway("APPROVE");
        for (String bad : List.of(
                "{}",
                "{\"mode\":\"NO\"}",
                "{\"mode\":\"FLAKY\",\"failureRate\":1.1}",
                "{\"mode\":\"APPROVE\",\"latencyMillis\":-1}")) {
            assertProblem(client.payment("PUT", "/payment-gateway", bad), 400, "invalid-request");
        }
    }

    @ParameterizedTest
    @EnumSource(Participant.class)
    void everyServiceExposesItsHealthMetricsAndApi(Participant service) throws Exception {
        String url = system.stack.instances(service).getFirst().url();
        assertThat(get(url + "/health_check").body())
                .isEqualTo("{\"status\":\"UP\",\"service\":\"" + service.text() + "\"}");
        assertThat(get(url + "/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(get(url + "/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(get(url + "/actuator/prometheus").body()).contains("saga_outbox_depth", "saga_inbox_batch");
        assertThat(get(url + "/v3/api-docs").body()).contains("\"openapi\"", "/dead-letters");
        HttpResponse<String> unknown = get(url + "/nothing-here");
        HttpContract.check(service, get(url + "/health_check"));
        HttpContract.check(service, unknown);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("content-type")).hasValue("application/problem+json");
        HttpResponse<String> letters = get(url + "/dead-letters?limit=0");
        HttpContract.check(service, letters);
        assertThat(letters.statusCode()).isEqualTo(400);
    }

    @Test
    void refusesWrongMethodsAndMediaTypesAsProblems() throws Exception {
        String url = system.stack.instances(Participant.ORDER).getFirst().url();
        assertProblem(client.order("DELETE", "/" + user + "/orders", null, Map.of()), 405, "method-not-allowed");
        HttpRequest text = HttpRequest.newBuilder(URI.create(url + "/" + user + "/orders"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();
        HttpResponse<String> refused = sendToOrders(text);
        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    @Test
    void refusesARequestThatIsNotHttp() throws Exception {
        ServiceProcess instance = system.stack.instances(Participant.ORDER).getFirst();
        try (var socket = new Socket("127.0.0.1", instance.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(5).toMillis());
            socket.getOutputStream().write("NONSENSE\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(in.readLine()).startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void respondsToPipelinedRequestsAndContinuesToRead() throws Exception {
        ServiceProcess instance = system.stack.instances(Participant.ORDER).getFirst();
        String health = "GET /health_check HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String submission =
                "POST /" + user + "/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + order().length() + "\r\n\r\n" + order();
        try (var socket = new Socket("127.0.0.1", instance.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            socket.getOutputStream().write((submission + health).getBytes(StandardCharsets.UTF_8));
            assertThat(statusLine(in)).startsWith("HTTP/1.1 201");
            assertThat(statusLine(in)).startsWith("HTTP/1.1 200");
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(health.getBytes(StandardCharsets.UTF_8));
                assertThat(statusLine(in)).startsWith("HTTP/1.1 200");
            }
        }
    }

    /** Reads one response and returns its first line. */
    private static String statusLine(BufferedReader in) throws IOException {
        String first = in.readLine();
        int length = 0;
        for (String line = first; line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        for (int i = 0; i < length; i++) {
            in.read();
        }
        return first;
    }

    private static HttpResponse<String> get(String url) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String order() {
        return "{\"productId\":\"BOOK\",\"qty\":1}";
    }

    private JsonNode list(String query) {
        return client.order("GET", "/" + user + "/orders" + query, null, Map.of())
                .expect(200)
                .body();
    }

    private static List<String> orderIds(JsonNode page) {
        return page.path("orders")
                .valueStream()
                .map(order -> order.path("orderId").asString())
                .toList();
    }

    private static void assertProblem(Answer answer, int status, String slug) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.text("type")).isEqualTo("urn:saga:problem:" + slug);
        assertThat(answer.body().path("status").asInt()).isEqualTo(status);
        assertThat(answer.text("detail")).isNotBlank();
        assertThat(answer.response().body()).doesNotContain("Exception", "\tat ");
    }
}
