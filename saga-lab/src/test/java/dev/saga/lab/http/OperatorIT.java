package dev.saga.lab.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the routes of operators: cancel, dead letters in bulk, the relays, and the audit. */
@Order(RunningSystem.ON_PAIRS)
class OperatorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String USER = "olga";

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();

    @Test
    void anOperatorCancelsAnOrderAndTheAuditSaysWhoAndWhy() {
        String id = confirmedOrder();
        String path = "/sagas/" + id + "/cancel";
        assertThat(client.order("POST", path, "{}", Map.of()).status()).isEqualTo(400);
        assertThat(client.order("POST", path, "{\"reason\":\"" + "x".repeat(501) + "\"}", Map.of())
                        .status())
                .isEqualTo(400);
        Answer cancel = client.order("POST", path, "{\"reason\":\"the card was stolen\"}", Map.of())
                .expect(202);
        assertThat(cancel.text("cancelReason")).isEqualTo("CANCELLED_BY_OPERATOR");
        client.order("POST", path, null, Map.of("X-Reason", "again")).expect(202);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(client.get(USER, id).text("status")).isEqualTo("CANCELLED"));
        assertThat(client.get(USER, id).text("cancelReason")).isEqualTo("CANCELLED_BY_OPERATOR");
        assertThat(client.order("POST", "/" + USER + "/orders/" + id + "/cancel", null, Map.of())
                        .status())
                .isEqualTo(409);
        client.order("POST", "/sagas/" + UUID.randomUUID() + "/cancel", null, Map.of("X-Reason", "x"))
                .expect(404);
        Answer found = client.order("GET", "/sagas/" + id, null, Map.of()).expect(200);
        assertThat(List.of(found.text("transactionId"), found.text("userId"), found.text("status")))
                .containsExactly(id, USER, "CANCELLED");
        client.order("GET", "/sagas/" + UUID.randomUUID(), null, Map.of()).expect(404);
        client.order("POST", "/sagas/" + id + "/nudge", null, Map.of("X-Reason", "a try"))
                .expect(409);
        List<JsonNode> audit = audit("", id);
        assertThat(audit)
                .extracting(entry -> entry.path("action").asString() + " "
                        + entry.path("reason").asString())
                .containsExactly("saga.nudge a try", "saga.cancel again", "saga.cancel the card was stolen");
        assertThat(audit)
                .extracting(entry -> entry.path("result").asString())
                .first()
                .isEqualTo("refused: the saga is final");
        assertThat(audit)
                .allSatisfy(
                        entry -> assertThat(entry.path("subject").asString()).isEqualTo("127.0.0.1"));
        assertThat(audit("?limit=1", id)).hasSize(1);
        assertThat(audit("?after=" + audit.getLast().path("id").asLong(), id)).isEmpty();
        system.assertSound();
    }

    @Test
    void lettersAreFilteredAndReplayedSagaBySagaAfterADryRun() {
        List<TransactionId> sagas = List.of(held(), held());
        Answer dry = bulk("{\"reason\":\"JSON\",\"dryRun\":true}").expect(200);
        assertThat(ids(dry)).containsAll(sagas.stream().map(TransactionId::text).toList());
        assertThat(dry.body().path("replayed").asInt()).isZero();
        assertThat(letters("?transactionId=" + sagas.getFirst())).hasSize(2);
        assertThat(letters("?transactionId=" + sagas.getFirst() + "&reason=nothing%20like%20it"))
                .isEmpty();
        assertThat(bulk("{}").status()).isEqualTo(400);
        long first = firstIdOf(dry, sagas.getFirst());
        assertThat(ids(bulk("{\"dryRun\":true,\"after\":" + first + "}")))
                .as("what follows the first one")
                .doesNotContain(sagas.getFirst().text())
                .contains(sagas.getLast().text());
        assertThat(bulk("{\"dryRun\":false,\"transactionId\":\"x\"}").status()).isEqualTo(400);

        Answer stopped = bulk("{\"transactionId\":\"" + sagas.getFirst() + "\",\"dryRun\":false}")
                .expect(200);
        assertThat(stopped.body().path("sagas").path(0).path("stoppedAt").asLong())
                .isEqualTo(letters("?transactionId=" + sagas.getFirst())
                        .getFirst()
                        .path("id")
                        .asLong());
        for (TransactionId saga : sagas) {
            long broken =
                    letters("?transactionId=" + saga).getFirst().path("id").asLong();
            client.inventory("DELETE", "/dead-letters/" + broken, null).expect(204);
            Answer done = bulk("{\"transactionId\":\"" + saga + "\",\"dryRun\":false}")
                    .expect(200);
            assertThat(done.body().path("replayed").asInt()).isOne();
            assertThat(letters("?transactionId=" + saga)).isEmpty();
        }
        assertThat(client.inventory("GET", "/audit?limit=200", null)
                        .body()
                        .valueStream()
                        .filter(entry -> entry.path("target")
                                .asString()
                                .contains(sagas.getLast().text()))
                        .map(entry -> entry.path("result").asString()))
                .containsExactly("replayed 1");
        system.assertSound();
    }

    @Test
    void anOperatorPausesTheRelayOfAServiceAndItsEventsWaitUntilItIsResumed() {
        String product = product();
        JsonNode paused = relay("POST", "/relay/pause", "{\"reason\":\"the broker moves\"}");
        try {
            assertThat(paused.path("paused").asBoolean()).isTrue();
            assertThat(paused.path("leader").asString()).contains(":");
            assertThat(client.payment("POST", "/relay/pause", "{\"reason\":\"" + "x".repeat(501) + "\"}")
                            .status())
                    .isEqualTo(400);
            String id = String.valueOf(client.submit(USER, "{\"productId\":\"" + product + "\",\"qty\":1}", Map.of())
                    .expect(201)
                    .text("orderId"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.payment("GET", "/payments/" + id, null)
                                    .text("status"))
                            .isEqualTo("COMPLETED"));
            await().atMost(PATIENCE).until(() -> metrics().contains("saga_relay_paused 1.0"));
            assertThat(client.get(USER, id).text("status")).isEqualTo("PENDING");
            JsonNode now = relay("GET", "/relay", null);
            assertThat(now.path("depth").asLong()).isPositive();
            assertThat(now.path("oldestMillis").asLong()).isPositive();
            assertThat(relay("POST", "/relay/resume", null).path("paused").asBoolean())
                    .isFalse();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(client.get(USER, id).text("status")).isEqualTo("CONFIRMED"));
        } finally {
            client.payment("POST", "/relay/resume", null);
        }
        assertThat(client.payment("GET", "/audit?limit=200", null)
                        .body()
                        .valueStream()
                        .map(entry -> entry.path("action").asString() + " "
                                + entry.path("result").asString() + " because "
                                + entry.path("reason").asString("")))
                .containsSubsequence(
                        "relay.resume was resumed already because ",
                        "relay.resume resumed because ",
                        "relay.pause paused because the broker moves");
        system.assertSound();
    }

    private String metrics() {
        return client.payment("GET", "/actuator/prometheus", null).response().body();
    }

    private JsonNode relay(String method, String path, String body) {
        JsonNode shards = client.payment(method, path, body).expect(200).body();
        assertThat(shards.size()).isOne();
        return shards.path(0);
    }

    /** Confirms an order, then publishes garbage with its key and an event behind it. Returns its saga. */
    private TransactionId held() {
        var saga = TransactionId.of(confirmedOrder());
        system.wire.put("order", saga.text(), "{ not an event");
        system.wire.repeat("order", saga);
        await().atMost(PATIENCE).until(() -> letters("?transactionId=" + saga).size() >= 2);
        await().atMost(PATIENCE)
                .until(() -> client.payment("GET", "/dead-letters?transactionId=" + saga, null)
                                .body()
                                .size()
                        == 1);
        client.payment("POST", "/dead-letters/replay", "{\"transactionId\":\"" + saga + "\",\"dryRun\":true}")
                .expect(200);
        client.payment(
                        "DELETE",
                        "/dead-letters/"
                                + client.payment("GET", "/dead-letters?transactionId=" + saga, null)
                                        .body()
                                        .path(0)
                                        .path("id")
                                        .asLong(),
                        null)
                .expect(204);
        return saga;
    }

    private String product() {
        String product = "OP-" + UUID.randomUUID().toString().substring(0, 8);
        client.stock(product, 1500, 10);
        return product;
    }

    private String confirmedOrder() {
        String product = product();
        Answer order = client.submitAndWait(USER, "{\"productId\":\"" + product + "\",\"qty\":1}");
        assertThat(order.text("status")).isEqualTo("CONFIRMED");
        return String.valueOf(order.text("orderId"));
    }

    private Answer bulk(String body) {
        return client.inventory("POST", "/dead-letters/replay", body);
    }

    private static long firstIdOf(Answer bulk, TransactionId wanted) {
        return bulk.body()
                .path("sagas")
                .valueStream()
                .filter(saga -> saga.path("transactionId").asString().equals(wanted.text()))
                .mapToLong(saga -> saga.path("firstId").asLong())
                .sum();
    }

    private static List<String> ids(Answer bulk) {
        return bulk.body()
                .path("sagas")
                .valueStream()
                .map(saga -> saga.path("transactionId").asString())
                .toList();
    }

    private List<JsonNode> letters(String query) {
        return client.inventory("GET", "/dead-letters" + query, null)
                .expect(200)
                .body()
                .valueStream()
                .toList();
    }

    private List<JsonNode> audit(String query, String target) {
        return client.order("GET", "/audit" + query, null, Map.of())
                .expect(200)
                .body()
                .valueStream()
                .filter(entry -> entry.path("target").asString().equals(target))
                .toList();
    }
}
