package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.events.StockLevel;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.fixture.Wire;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** order-svc knows the stock beforehand and refuses what it cannot cover. */
@Order(RunningSystem.ON_KNOWN_STOCK)
class EarlyRefusalIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RunningSystem system = RunningSystem.knowingStock();
    private final SagaClient client = system.client();
    private final String product = "EARLY-" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void aSoldOutProductIsRefusedWithoutASagaUntilItIsRestocked() {
        client.stock(product, 100, 3);
        assertThat(client.submitAndWait("ann", body(3)).text("status")).isEqualTo("CONFIRMED");
        awaitRefusal();
        system.awaitRest();
        long orders = orders();
        long records = system.wire.reader().records();
        double counted = order().meter("saga_orders_refused_early_total");

        Answer refused = submit(1);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("type")).isEqualTo("urn:saga:problem:out-of-stock");
        assertThat(refused.text("detail")).contains(product);
        assertThat(order().meter("saga_orders_refused_early_total")).isEqualTo(counted + 1);
        assertThat(orders()).isEqualTo(orders);
        assertThat(system.wire.reader().records()).isEqualTo(records);

        restock(2);
        long since = System.nanoTime();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> submit(2).status() == 201);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(RunningSystem.LEVEL_AGE);
        assertThat(submit(3).status()).isEqualTo(409);
        system.assertSound();
    }

    @Test
    void aCancelThatGivesBackStockEndsTheRefusal() {
        client.stock(product, 100, 1);
        String sold = client.submitAndWait("ann", body(1)).text("orderId");
        awaitRefusal();
        client.order("POST", "/ann/orders/" + sold + "/cancel", null, Map.of()).expect(202);
        await().atMost(PATIENCE).until(() -> submit(1).status() == 201);
        system.assertSound();
    }

    @Test
    void aKnownKeyIsAnsweredAlthoughTheProductIsSoldOut() {
        client.stock(product, 100, 1);
        Map<String, String> key = Map.of("Idempotency-Key", product);
        String first = client.submit("ann", body(1), key).expect(201).text("orderId");
        awaitRefusal();
        assertThat(client.submit("ann", body(1), key).expect(200).text("orderId"))
                .isEqualTo(first);
        assertThat(client.submit("ann", body(1), Map.of("Idempotency-Key", "new"))
                        .status())
                .isEqualTo(409);
        system.assertSound();
    }

    @Test
    void publishesTheNewestLevelAndALowOneAgainAndAgain() {
        client.stock(product, 100, 9);
        for (int i = 0; i < 20; i++) {
            restock(1);
        }
        await().atMost(PATIENCE).until(() -> levels().size() >= 4);
        List<JsonNode> levels = levels();
        assertThat(levels.size()).as("of 21 changes").isLessThan(21);
        assertThat(levels).extracting(level -> level.path("version").asLong()).isSorted();
        assertThat(levels.getLast().path("available").asLong()).isEqualTo(29);
        assertThat(levels.getLast().path("version").asLong()).isEqualTo(21);
    }

    @Test
    void garbageOnTheTopicIsSkippedAndTheRestGoesOn() {
        client.stock(product, 100, 0);
        awaitRefusal();
        double skipped = order().meter("saga_states_skipped_total");
        system.put("stock", product, "garbage");
        system.put(
                "stock", product, "{\"specversion\":\"1.0\",\"type\":\"SOMETHING\",\"subject\":\"" + product + "\"}");
        await().atMost(PATIENCE).until(() -> order().meter("saga_states_skipped_total") == skipped + 2);
        restock(1);
        await().atMost(PATIENCE).until(() -> submit(1).status() == 201);
        awaitRefusal();
        system.assertSound();
    }

    @Test
    void aRestartedOrderServiceIsNotReadyBeforeItHasCaughtUp() throws Exception {
        client.stock(product, 100, 0);
        awaitRefusal();
        order().process().kill();
        for (int i = 0; i < 100; i++) {
            system.put("stock", product, "garbage".repeat(10_000));
        }
        client.stock(product, 100, 0);
        order().restart();
        String early = "";
        while (!early.contains("\"UP\"")) {
            early = readiness();
        }
        assertThat(submit(1).status()).as("the first answer once it is ready").isEqualTo(409);
    }

    @Test
    void withoutInventoryServiceForLongerThanTheBoundTheSagaDecidesAgain() {
        client.stock(product, 100, 0);
        awaitRefusal();
        ServiceProcess inventory = system.stack.instances(Participant.INVENTORY).getFirst();
        inventory.process().kill();
        long since = System.nanoTime();
        List<String> accepted = new ArrayList<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
            Answer answer = submit(1);
            if (answer.status() == 201) {
                accepted.add(answer.text("orderId"));
            }
            return !accepted.isEmpty();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - since))
                .isLessThan(RunningSystem.LEVEL_AGE.plusSeconds(1))
                .isGreaterThan(RunningSystem.LEVEL_AGE.dividedBy(4));
        inventory.restart();
        inventory.awaitReady();
        awaitRefusal();
        await().atMost(PATIENCE)
                .until(() -> "OUT_OF_STOCK"
                        .equals(client.get("ann", accepted.getFirst()).text("cancelReason")));
        system.assertSound();
    }

    private void awaitRefusal() {
        await("refusal of " + product)
                .atMost(PATIENCE)
                .until(() -> submit(1_000_000).status() == 409);
    }

    private Answer submit(int qty) {
        return client.submit("ann", body(qty), Map.of());
    }

    private String body(int qty) {
        return "{\"productId\":\"" + product + "\",\"qty\":" + qty + "}";
    }

    private void restock(int qty) {
        client.inventory("POST", "/products/" + product + "/restock", "{\"qty\":" + qty + "}")
                .expect(200);
    }

    private ServiceProcess order() {
        return system.stack.instances(Participant.ORDER).getFirst();
    }

    /** Returns the answer of readiness; empty while nothing listens. */
    private String readiness() throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(order().url() + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return "";
        }
    }

    private List<JsonNode> levels() {
        List<JsonNode> levels = new ArrayList<>();
        system.wire.reader().read(StockLevel.TYPE.topic(), Long.MAX_VALUE, record -> {
            if (product.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                levels.add(Wire.json(record).path("data"));
            }
        });
        return levels;
    }

    private long orders() {
        try (Connection connection = system.stack.databases().connect(Participant.ORDER);
                ResultSet row = connection.createStatement().executeQuery("SELECT COUNT(*) FROM orders")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
