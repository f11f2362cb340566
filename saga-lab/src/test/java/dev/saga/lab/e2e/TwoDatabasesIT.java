package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The shop with payment-svc on PostgreSQL and the other services on MariaDB. */
@Order(RunningSystem.ON_TWO_KINDS_OF_DATABASES)
class TwoDatabasesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BEFORE = 150;
    private static final int ALL = 400;

    private final RunningSystem system = RunningSystem.onTwoKindsOfDatabases();
    private final SagaClient client = system.client();

    @BeforeEach
    void stock() {
        client.stock("MIXED", 10, 1_000_000);
    }

    @AfterEach
    void everythingAddsUp() {
        system.assertSound();
    }

    @Test
    void ordersArePaidDeclinedAndCancelledWithPaymentsOnPostgreSql() throws SQLException {
        String paid = order(client.submitAndWait("mixed", body("tok_approve")));
        assertThat(status(paid)).isEqualTo("CONFIRMED");
        String declined = order(client.submitAndWait("mixed", body("tok_decline")));
        assertThat(status(declined)).isEqualTo("CANCELLED");
        String cancelled =
                order(client.submit("mixed", body("tok_slow"), Map.of()).expect(201));
        client.order("POST", "/mixed/orders/" + cancelled + "/cancel", null, Map.of())
                .expect(202);
        await().atMost(PATIENCE).until(() -> status(cancelled).equals("CANCELLED"));

        assertThat(payment(paid)).isEqualTo("COMPLETED");
        assertThat(payment(declined)).isEqualTo("FAILED");
        assertThat(payment(cancelled)).isIn("VOIDED", "REFUNDED");
    }

    @Test
    void killedPaymentServiceLosesAndRepeatsNoPaymentOnPostgreSql() throws Exception {
        Queue<String> orders = new ConcurrentLinkedQueue<>();
        try (ExecutorService customers =
                Executors.newFixedThreadPool(16, Thread.ofVirtual().factory())) {
            for (int i = 0; i < ALL; i++) {
                customers.execute(() -> orders.add(order(
                        client.submit("mixed", body("tok_approve"), Map.of()).expect(201))));
            }
            await().atMost(PATIENCE).until(() -> orders.size() > BEFORE);
            ServiceProcess payment = system.stack.instances(Participant.PAYMENT).getFirst();
            payment.process().kill();
            payment.restart();
            payment.awaitReady();
            customers.shutdown();
            assertThat(customers.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
        assertThat(orders).hasSize(ALL);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(orders)
                        .allSatisfy(order -> assertThat(status(order)).isIn("CONFIRMED", "CANCELLED")));
        assertThat(orders.stream().filter(order -> status(order).equals("CONFIRMED")))
                .as("confirmed orders")
                .hasSizeGreaterThan(ALL / 2);
    }

    private static String body(String token) {
        return "{\"lines\":[{\"productId\":\"MIXED\",\"qty\":1}],\"paymentToken\":\"" + token + "\"}";
    }

    private static String order(Answer answer) {
        return Objects.requireNonNull(answer.text("orderId"));
    }

    private String status(String order) {
        return Objects.requireNonNull(client.get("mixed", order).expect(200).text("status"));
    }

    /** Reads a payment where it is stored: this fails if payment-svc does not use PostgreSQL. */
    private String payment(String order) throws SQLException {
        try (Connection database = system.stack.databases().connect(Participant.PAYMENT);
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT status FROM payment WHERE transaction_id = CAST('" + order + "' AS UUID)")) {
            assertThat(database.getMetaData().getDatabaseProductName()).isEqualTo("PostgreSQL");
            rows.next();
            return rows.getString(1);
        }
    }
}
