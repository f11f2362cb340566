package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.FakeGateway;
import dev.saga.lab.fixture.FakeGateway.Call;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.stack.ServiceProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests charges and refunds at a gateway that fails, and with a payment-svc that is killed during a call. */
@Order(RunningSystem.WITH_FAKE_GATEWAY)
class ChargeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "ann";
    private static final FakeGateway GATEWAY = new FakeGateway();

    private final RunningSystem system = RunningSystem.withFakeGateway(GATEWAY.url());
    private final SagaClient client = system.client();

    @BeforeEach
    void stock() {
        client.stock("CHARGE", 300, 1_000);
    }

    @AfterEach
    void recover() {
        GATEWAY.recover();
    }

    @AfterAll
    static void close() {
        GATEWAY.close();
    }

    @Test
    void aChargeInterruptedByAKillIsRequestedAgainUnderTheSameKeyAndTakenOnce() {
        GATEWAY.fallSilent();
        List<String> orders = IntStream.range(0, 5).mapToObj(i -> submitted()).toList();
        killPaymentOnceMoneyIsTakenFor(orders);
        GATEWAY.recover();
        restartPayment();
        orders.forEach(order -> awaitStatus(order, "CONFIRMED"));
        assertThat(orders).allSatisfy(order -> {
            assertThat(GATEWAY.callsFor(order))
                    .as("calls for one order")
                    .hasSizeGreaterThanOrEqualTo(2)
                    .containsOnly(new Call("charge", order, order));
            assertThat(GATEWAY.balance(order)).isEqualTo(300);
        });
    }

    @Test
    void anOrderCancelledBeforeTheOutcomeIsKnownIsRefundedAndNotChargedAgain() {
        GATEWAY.fallSilent();
        String order = submitted();
        killPaymentOnceMoneyIsTakenFor(List.of(order));
        long charges = charges(order);
        cancel(order);
        GATEWAY.recover();
        restartPayment();
        awaitStatus(order, "CANCELLED");
        assertThat(charges(order)).as("charges after the cancel").isEqualTo(charges);
        assertThat(GATEWAY.callsFor(order)).contains(new Call("refund", "refund-" + order, order));
        assertThat(GATEWAY.balance(order)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405})
    void aGatewayThatRefusesCallsCountsAsUnavailableAndShowsInTheMetrics(int status) {
        GATEWAY.refuseCharges(status);
        double before = answers();
        String order = submitted();
        awaitStatus(order, "CANCELLED");
        assertThat(client.get(USER, order).text("cancelReason")).isEqualTo("PAYMENT_UNAVAILABLE");
        assertThat(charges(order)).as("attempts").isEqualTo(3);
        assertThat(answers()).isGreaterThanOrEqualTo(before + 3);
    }

    @Test
    void aFreeOrderIsConfirmedAndCancelledWithoutTheGateway() {
        client.stock("FREE", 0, 1_000);
        String order = client.submit(USER, "{\"productId\":\"FREE\",\"qty\":1}", Map.of())
                .expect(201)
                .text("orderId");
        awaitStatus(order, "CONFIRMED");
        cancel(order);
        awaitStatus(order, "CANCELLED");
        assertThat(GATEWAY.callsFor(order)).isEmpty();
    }

    @Test
    void aChargeWhoseKeyTheGatewayHasForgottenIsReversedAndNotRequestedAgain() throws Exception {
        GATEWAY.fallSilent();
        String order = submitted();
        killPaymentOnceMoneyIsTakenFor(List.of(order));
        long charges = charges(order);
        GATEWAY.forgetKeys();
        GATEWAY.recover();
        letADayPass();
        restartPayment();
        awaitStatus(order, "CANCELLED");
        assertThat(charges(order)).isEqualTo(charges);
        assertThat(GATEWAY.balance(order)).isZero();
    }

    @Test
    void failingRefundsDelayNoChargesAndSucceedOnceTheGatewayRecovers() {
        String order = submitted();
        awaitStatus(order, "CONFIRMED");
        GATEWAY.refuseRefunds(503);
        cancel(order);
        await().atMost(PATIENCE).until(() -> refunds(order) > 1);
        String next = submitted();
        awaitStatus(next, "CONFIRMED");
        assertThat(client.get(USER, order).text("status")).isEqualTo("CANCELLING");
        assertThat(GATEWAY.balance(order)).isEqualTo(300);
        GATEWAY.recover();
        awaitStatus(order, "CANCELLED");
        assertThat(GATEWAY.balance(order)).isZero();
    }

    @Test
    void aRefundOfAChargeUnknownToTheGatewayCountsAsDone() {
        String order = submitted();
        awaitStatus(order, "CONFIRMED");
        GATEWAY.refuseRefunds(404);
        cancel(order);
        awaitStatus(order, "CANCELLED");
        assertThat(refunds(order)).isEqualTo(1);
    }

    @Test
    void withARealGatewayTheSimulationRouteDoesNotExist() {
        assertThat(client.payment("PUT", "/payment-gateway", "{\"mode\":\"DECLINE\"}")
                        .status())
                .isEqualTo(404);
    }

    private String submitted() {
        return client.submit(USER, "{\"productId\":\"CHARGE\",\"qty\":1}", Map.of())
                .expect(201)
                .text("orderId");
    }

    private void cancel(String order) {
        client.order("POST", "/" + USER + "/orders/" + order + "/cancel", null, Map.of())
                .expect(202);
    }

    private static long charges(String order) {
        return GATEWAY.callsFor(order).stream()
                .filter(call -> call.path().equals("charge"))
                .count();
    }

    private static long refunds(String order) {
        return GATEWAY.callsFor(order).size() - charges(order);
    }

    private double answers() {
        return system.stack
                .instances(Participant.PAYMENT)
                .getFirst()
                .meter("saga_payment_gateway_call_duration_seconds_count");
    }

    /** Moves the payments' times one day into the past, so payment-svc finds them a day old. */
    private void letADayPass() throws SQLException {
        try (Connection database = system.stack.databases().connect(Participant.PAYMENT);
                Statement statement = database.createStatement()) {
            statement.executeUpdate(
                    "UPDATE payment SET claimed_at = claimed_at - INTERVAL 1 DAY, due_at = due_at - INTERVAL 1 DAY"
                            + " WHERE due_at IS NOT NULL");
        }
    }

    private void killPaymentOnceMoneyIsTakenFor(List<String> orders) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(orders)
                        .allSatisfy(order -> assertThat(GATEWAY.callsFor(order)).isNotEmpty()));
        system.stack
                .instances(Participant.PAYMENT)
                .forEach(instance -> instance.process().kill());
    }

    private void restartPayment() {
        List<ServiceProcess> instances = system.stack.instances(Participant.PAYMENT);
        instances.forEach(ServiceProcess::restart);
        instances.forEach(ServiceProcess::awaitReady);
    }

    private void awaitStatus(String order, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(client.get(USER, order).text("status")).isEqualTo(status));
    }
}
