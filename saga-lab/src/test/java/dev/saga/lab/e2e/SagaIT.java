package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests whole sagas on six processes, two of each service. */
@Order(RunningSystem.ON_PAIRS)
class SagaIT {
    private static final String USER = "ann";

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();
    private final SagaClient other = system.otherClient();
    private final String product = "P-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void stock() {
        client.gateway("APPROVE");
        client.stock(product, 1500, 100);
    }

    @AfterEach
    void everythingAddsUp() {
        client.gateway("APPROVE");
        system.assertSound();
    }

    @Test
    void confirmsAnOrderThatIsPaid() {
        Answer order = client.submitAndWait(USER, order(10, null));
        assertFinal(order, "CONFIRMED", null);
        assertThat(order.body().path("totalPrice").asLong()).isEqualTo(15_000);
        assertThat(order.body().path("lines").path(0).path("unitPrice").asLong())
                .isEqualTo(1500);
        assertStock(90, 10);
        assertThat(payment(order).body().path("status").asString()).isEqualTo("COMPLETED");
        assertThat(timeline(order))
                .containsExactly("ORDER_CREATED", "INVENTORY_RESERVED", "PAYMENT_COMPLETED", "ORDER_CONFIRMED");
    }

    @Test
    void rollsBackWhenThePaymentIsDeclined() {
        client.gateway("DECLINE");
        Answer order = client.submitAndWait(USER, order(5, null));
        assertFinal(order, "CANCELLED", "PAYMENT_DECLINED");
        assertStock(100, 0);
        assertThat(ledger()).containsExactly("STOCKED 100", "RESERVED -5", "RELEASED 5");
        assertThat(timeline(order))
                .contains("ORDER_CREATED", "INVENTORY_RESERVED", "PAYMENT_FAILED", "ORDER_CANCEL", "INVENTORY_RELEASED")
                .endsWith("ORDER_CANCELLED");
    }

    @Test
    void rollsBackWhenTheGatewayIsUnavailableAfterThreeAttempts() {
        Answer order = client.submitAndWait(USER, order(5, "tok_unavailable"));
        assertFinal(order, "CANCELLED", "PAYMENT_UNAVAILABLE");
        assertStock(100, 0);
        assertThat(payment(order).body().path("attempts").asInt()).isEqualTo(3);
    }

    @Test
    void aTokenSetsTheOutcomeOfOneOrderInEveryMode() {
        client.gateway("DECLINE");
        assertFinal(client.submitAndWait(USER, order(1, "tok_approve")), "CONFIRMED", null);
        client.gateway("APPROVE");
        assertFinal(client.submitAndWait(USER, order(1, "tok_decline")), "CANCELLED", "PAYMENT_DECLINED");
    }

    @Test
    void cancelsOrderWhenStockIsShort() {
        Answer order = client.submitAndWait(USER, order(101, null));
        assertFinal(order, "CANCELLED", "OUT_OF_STOCK");
        assertStock(100, 0);
        assertThat(timeline(order)).containsExactly("ORDER_CREATED", "INVENTORY_REJECTED", "ORDER_CANCELLED");
    }

    @Test
    void cancelsOrderOfAnUnknownProductOrAtAnOldPrice() {
        assertFinal(client.submitAndWait(USER, "{\"productId\":\"NOPE\",\"qty\":1}"), "CANCELLED", "UNKNOWN_PRODUCT");
        String old = "{\"productId\":\"" + product + "\",\"qty\":1,\"unitPrice\":1400}";
        assertFinal(client.submitAndWait(USER, old), "CANCELLED", "PRICE_CHANGED");
        assertFinal(client.submitAndWait(USER, old.replace("1400", "1500")), "CONFIRMED", null);
    }

    @Test
    void holdsNothingOfLineOneWhenLineTwoIsShort() {
        String second = product + "-b";
        client.stock(second, 10, 1);
        Answer order = client.submitAndWait(USER, lines(product, 3, second, 2));
        assertFinal(order, "CANCELLED", "OUT_OF_STOCK");
        assertStock(100, 0);
        Answer both = client.submitAndWait(USER, lines(product, 3, second, 1));
        assertFinal(both, "CONFIRMED", null);
        assertThat(both.body().path("totalPrice").asLong()).isEqualTo(4510);
    }

    @Test
    void multiLineOrdersOverTheSameProductsInOppositeOrderDoNotDeadlock() throws Exception {
        String second = product + "-b";
        client.stock(second, 10, 100);
        double before = inventoryRetries();
        List<Answer> orders = atOnce(
                40,
                i -> () -> side(i).submitAndWait(
                                USER, i % 2 == 0 ? lines(product, 1, second, 1) : lines(second, 1, product, 1)));
        assertThat(orders).allSatisfy(order -> assertFinal(order, "CONFIRMED", null));
        assertStock(60, 40);
        assertThat(inventoryRetries())
                .as("transactions that had to run again, as after a deadlock")
                .isEqualTo(before);
    }

    private double inventoryRetries() {
        return system.stack.instances(Participant.INVENTORY).stream()
                .mapToDouble(instance -> instance.meter("saga_inbox_retries_total"))
                .sum();
    }

    @Test
    void refundsWhenTheUserCancelsWhileThePaymentIsInFlight() {
        Answer order = client.submit(USER, order(2, "tok_slow"), Map.of()).expect(201);
        awaitPayment(order, "AUTHORIZING");
        assertThat(cancel(order).status()).isEqualTo(202);
        assertThat(cancel(order).status()).as("a repeated cancel").isEqualTo(202);
        awaitFinal(order, "CANCELLED", "CANCELLED_BY_USER");
        assertStock(100, 0);
        awaitPayment(order, "REFUNDED");
        assertThat(system.wire.types("payment", id(order))).containsExactly("PAYMENT_REFUNDED");
    }

    @Test
    void refundsWhenTheUserCancelsAConfirmedOrder() {
        Answer order = client.submitAndWait(USER, order(2, null));
        cancel(order).expect(202);
        awaitFinal(order, "CANCELLED", "CANCELLED_BY_USER");
        assertStock(100, 0);
        assertThat(payment(order).body().path("status").asString()).isEqualTo("REFUNDED");
    }

    @Test
    void refusesToCancelAnOrderThatWasCancelledForAnotherReason() {
        Answer order = client.submitAndWait(USER, order(101, null));
        Answer refused = cancel(order);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("type")).isEqualTo("urn:saga:problem:order-not-cancellable");
    }

    @Test
    void keepsTryingToRefundWhileTheGatewayIsAway() {
        Answer order = client.submitAndWait(USER, order(2, null));
        client.gateway("UNAVAILABLE");
        cancel(order).expect(202);
        await().during(Duration.ofSeconds(4))
                .atMost(Duration.ofSeconds(10))
                .until(() -> "CANCELLING".equals(status(order)));
        client.gateway("APPROVE");
        awaitFinal(order, "CANCELLED", "CANCELLED_BY_USER");
        assertThat(payment(order).body().path("status").asString()).isEqualTo("REFUNDED");
    }

    @Test
    void duplicatesOfEveryEventChangeNothing() {
        Answer paid = client.submitAndWait(USER, order(4, null));
        Answer declined = client.submitAndWait(USER, order(3, "tok_decline"));
        for (int round = 0; round < 2; round++) {
            for (String topic : List.of("order", "inventory", "payment")) {
                system.wire.repeat(topic, id(paid));
                system.wire.repeat(topic, id(declined));
            }
        }
        system.assertSound();
        assertStock(96, 4);
        assertThat(status(paid)).isEqualTo("CONFIRMED");
        assertThat(status(declined)).isEqualTo("CANCELLED");
        assertThat(ledger()).containsExactlyInAnyOrder("STOCKED 100", "RESERVED -4", "RESERVED -3", "RELEASED 3");
    }

    @Test
    void cancellationBeforeReservationHoldsNoStockAndIsNeverCharged() {
        var saga = new TransactionId(UUID.randomUUID());
        system.wire.publish(new OrderEvent.Cancel(saga, CancelReason.TIMED_OUT));
        awaitTypes("inventory", saga, "INVENTORY_RELEASED");
        awaitTypes("payment", saga, "PAYMENT_VOIDED");
        var unpriced = List.of(new Line(new ProductId(product), 2, null));
        system.wire.publish(new OrderEvent.Created(saga, new UserId(USER), unpriced, null));
        var priced = List.of(new Line(new ProductId(product), 2, new Money(1500)));
        system.wire.publish(new InventoryEvent.Reserved(saga, new UserId(USER), priced, new Money(3000), null));
        system.awaitRest();
        assertStock(100, 0);
        assertThat(client.payment("GET", "/payments/" + saga, null).text("status"))
                .isEqualTo("VOIDED");
        assertThat(system.wire.types("inventory", saga)).containsExactly("INVENTORY_RELEASED", "INVENTORY_RESERVED");
        assertThat(system.wire.types("payment", saga)).containsExactly("PAYMENT_VOIDED");
        discardDeadLetters();
    }

    @Test
    void aPoisonRecordHoldsOnlyItsSagaUntilItIsDiscarded() {
        Answer order = client.submit(USER, order(2, "tok_slow"), Map.of()).expect(201);
        system.wire.put("payment", id(order).text(), "{\"specversion\":\"1.0\",\"type\":\"PAYMENT_EXPLODED\"}");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(letters("order", id(order))).isNotEmpty());
        assertThat(letters("order", id(order)).getFirst().path("reason").asString())
                .contains("PAYMENT_EXPLODED");
        assertFinal(client.submitAndWait(USER, order(1, null)), "CONFIRMED", null);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(letters("order", id(order))).hasSizeGreaterThan(1));
        assertThat(status(order)).isIn("PENDING", "CANCELLING");

        List<JsonNode> letters = letters("order", id(order));
        client.order("DELETE", "/dead-letters/" + letters.get(0).path("id").asLong(), null, Map.of())
                .expect(204);
        client.order("POST", "/dead-letters/" + letters.get(1).path("id").asLong() + "/replay", null, Map.of())
                .expect(200);
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(status(order)).isIn("CONFIRMED", "CANCELLED"));
    }

    @Test
    void theLastUnitGoesToExactlyOneOfFiftyOrders() throws Exception {
        client.stock(product, 1500, 1);
        List<Answer> orders = atOnce(50, i -> () -> side(i).submitAndWait("user" + i, order(1, null)));
        assertThat(orders.stream().map(order -> order.text("status")).filter("CONFIRMED"::equals))
                .hasSize(1);
        assertThat(orders.stream().map(order -> order.text("cancelReason")).filter("OUT_OF_STOCK"::equals))
                .hasSize(49);
        assertStock(0, 1);
    }

    @Test
    void firstStockSetByTwentyRequestsAtOnceIsRecordedOnce() throws Exception {
        String fresh = product + "-new";
        List<Answer> set = atOnce(
                20,
                i -> () -> side(i).inventory(
                                "PUT", "/products/" + fresh, "{\"name\":\"x\",\"unitPrice\":1,\"stock\":10}"));
        assertThat(set).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(client.inventory("GET", "/products/" + fresh + "/history", null)
                        .body())
                .hasSize(1);
    }

    @Test
    void theSameSubmissionSentConcurrentlyMakesOneOrder() throws Exception {
        Map<String, String> key = Map.of("Idempotency-Key", "k-" + UUID.randomUUID());
        List<Answer> answers = atOnce(20, i -> () -> side(i).submit(USER, order(1, null), key));
        assertThat(answers.stream().map(answer -> answer.text("orderId")).distinct())
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 200))
                .hasSize(19)
                .allSatisfy(answer ->
                        assertThat(answer.header("idempotency-replayed")).isEqualTo("true"));
        assertThat(client.submit(USER, order(2, null), key).status()).isEqualTo(422);
        assertThat(client.submit("bob", order(2, null), key).status())
                .as("another user's key")
                .isEqualTo(201);
    }

    @Test
    void everyInstanceServesEveryOrder() {
        Answer order = client.submitAndWait(USER, order(1, null));
        assertThat(other.get(USER, id(order).text()).expect(200).text("status")).isEqualTo("CONFIRMED");
        assertThat(other.timeline(USER, id(order).text())).hasSize(4);
        assertThat(other.payment("GET", "/payments/" + id(order), null)
                        .expect(200)
                        .text("status"))
                .isEqualTo("COMPLETED");
        assertFinal(other.submitAndWait(USER, order(1, null)), "CONFIRMED", null);
        other.order("POST", "/" + USER + "/orders/" + id(order) + "/cancel", null, Map.of())
                .expect(202);
        awaitFinal(order, "CANCELLED", "CANCELLED_BY_USER");
    }

    @Test
    void aNudgeHasNoSecondEffect() {
        Answer order = client.submit(USER, order(2, "tok_slow"), Map.of()).expect(201);
        for (int i = 0; i < 3; i++) {
            client.order("POST", "/sagas/" + id(order) + "/nudge", null, Map.of())
                    .expect(202);
        }
        awaitFinal(order, "CONFIRMED", null);
        assertStock(98, 2);
        assertThat(client.order("POST", "/sagas/" + id(order) + "/nudge", null, Map.of())
                        .status())
                .isEqualTo(409);
    }

    @Test
    void aReplayAfterTheOrderWasCancelledHasNoEffect() {
        Answer order = client.submitAndWait(USER, order(1, "tok_decline"));
        TransactionId id = id(order);
        system.wire.put("order", id.text(), "{ not an event");
        system.wire.repeat("order", id);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> letters("inventory", id).size() == 3
                        && letters("payment", id).size() == 2);
        for (String service : List.of("inventory", "payment")) {
            List<JsonNode> letters = letters(service, id);
            call(service, "DELETE", "/dead-letters/" + letters.get(0).path("id").asLong())
                    .expect(204);
            Answer replay = call(
                            service,
                            "POST",
                            "/dead-letters/" + letters.get(1).path("id").asLong() + "/replay")
                    .expect(200);
            assertThat(replay.body().path("replayed").asInt()).isEqualTo(letters.size() - 1);
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> letters("inventory", id).isEmpty()
                        && letters("payment", id).isEmpty());
        assertFinal(client.get(USER, id.text()), "CANCELLED", "PAYMENT_DECLINED");
        assertStock(100, 0);
    }

    private Answer call(String service, String method, String path) {
        return switch (service) {
            case "order" -> client.order(method, path, null, Map.of());
            case "inventory" -> client.inventory(method, path, null);
            case "payment" -> client.payment(method, path, null);
            default -> throw new IllegalArgumentException(service);
        };
    }

    private List<JsonNode> letters(String service, TransactionId saga) {
        return call(service, "GET", "/dead-letters?limit=200")
                .expect(200)
                .body()
                .valueStream()
                .filter(letter ->
                        saga.text().equals(letter.path("transactionId").asString(null)))
                .toList();
    }

    private SagaClient side(int i) {
        return i % 2 == 0 ? client : other;
    }

    private static List<Answer> atOnce(int times, java.util.function.IntFunction<Callable<Answer>> call)
            throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> running = IntStream.range(0, times)
                    .mapToObj(call)
                    .map(threads::submit)
                    .toList();
            List<Answer> answers = new java.util.ArrayList<>();
            for (Future<Answer> one : running) {
                answers.add(one.get());
            }
            return answers;
        }
    }

    private String order(int qty, String token) {
        return "{\"productId\":\"" + product + "\",\"qty\":" + qty
                + (token == null ? "" : ",\"paymentToken\":\"" + token + "\"") + "}";
    }

    private static String lines(String first, int qty, String second, int secondQty) {
        return "{\"lines\":[{\"productId\":\"" + first + "\",\"qty\":" + qty + "},{\"productId\":\"" + second
                + "\",\"qty\":" + secondQty + "}]}";
    }

    private static TransactionId id(Answer order) {
        return TransactionId.of(order.body().path("orderId").asString());
    }

    private String status(Answer order) {
        return client.get(USER, id(order).text()).text("status");
    }

    private Answer payment(Answer order) {
        return client.payment("GET", "/payments/" + id(order), null);
    }

    private void awaitPayment(Answer order, String status) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(payment(order).text("status")).isEqualTo(status));
    }

    private void awaitTypes(String topic, TransactionId saga, String... types) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(system.wire.types(topic, saga)).containsExactly(types));
    }

    private Answer cancel(Answer order) {
        return client.order("POST", "/" + USER + "/orders/" + id(order) + "/cancel", null, Map.of());
    }

    private void awaitFinal(Answer order, String status, String reason) {
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertFinal(client.get(USER, id(order).text()), status, reason));
    }

    private static void assertFinal(Answer order, String status, String reason) {
        assertThat(order.text("status")).isEqualTo(status);
        assertThat(order.text("cancelReason")).isEqualTo(reason);
    }

    private void assertStock(long available, long reserved) {
        JsonNode stock = client.inventory("GET", "/products/" + product, null)
                .expect(200)
                .body();
        assertThat(List.of(
                        stock.path("available").asLong(), stock.path("reserved").asLong()))
                .containsExactly(available, reserved);
    }

    private List<String> ledger() {
        return client.inventory("GET", "/products/" + product + "/history", null)
                .expect(200)
                .body()
                .valueStream()
                .map(entry -> entry.path("kind").asString() + " "
                        + entry.path("quantity").asLong())
                .toList();
    }

    private List<String> timeline(Answer order) {
        return client.timeline(USER, id(order).text())
                .valueStream()
                .map(event -> event.path("type").asString())
                .toList();
    }

    private void discardDeadLetters() {
        client.order("GET", "/dead-letters?limit=200", null, Map.of())
                .body()
                .forEach(letter -> client.order(
                                "DELETE", "/dead-letters/" + letter.path("id").asLong(), null, Map.of())
                        .expect(204));
    }
}
