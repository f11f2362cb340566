package dev.saga.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.lab.Bank.Call;
import dev.saga.lab.stack.SagaClient;
import dev.saga.lab.stack.Service;
import dev.saga.lab.stack.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** payment-svc dies after the gateway has taken the money and before it has said so. */
@Order(RunningSystem.AT_A_BANK)
class ChargeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "ann";
    private static final Bank BANK = new Bank();

    private final RunningSystem system = RunningSystem.bank(BANK.url());
    private final SagaClient client = system.client();

    @BeforeEach
    void stock() {
        client.stock("CHARGE", 300, 1_000);
    }

    @AfterEach
    void speakAgain() {
        BANK.speakAgain();
    }

    @AfterAll
    static void close() {
        BANK.close();
    }

    @Test
    void whatWasTakenBeforeTheKillIsAskedForAgainUnderTheSameKeyAndTakenOnce() {
        BANK.fallSilent();
        List<String> orders = IntStream.range(0, 5).mapToObj(i -> submitted()).toList();
        killPaymentOnceMoneyIsTakenFor(orders);
        BANK.speakAgain();
        restartPayment();
        orders.forEach(order -> awaitStatus(order, "CONFIRMED"));
        assertThat(orders).allSatisfy(order -> {
            assertThat(BANK.callsFor(order))
                    .as("calls for one order")
                    .hasSizeGreaterThanOrEqualTo(2)
                    .containsOnly(new Call("charge", order, order));
            assertThat(BANK.balance(order)).isEqualTo(300);
        });
    }

    @Test
    void anOrderThatIsCancelledBeforeTheAnswerIsKnownGetsItsMoneyBack() {
        BANK.fallSilent();
        String order = submitted();
        killPaymentOnceMoneyIsTakenFor(List.of(order));
        client.order("POST", "/" + USER + "/orders/" + order + "/cancel", null, Map.of())
                .expect(202);
        BANK.speakAgain();
        restartPayment();
        awaitStatus(order, "CANCELLED");
        assertThat(BANK.callsFor(order)).contains(new Call("refund", order, order));
        assertThat(BANK.balance(order)).isZero();
    }

    @Test
    void aRealGatewayHasNoToggle() {
        assertThat(client.payment("PUT", "/payment-gateway", "{\"mode\":\"DECLINE\"}")
                        .status())
                .isEqualTo(404);
    }

    private String submitted() {
        return client.submit(USER, "{\"productId\":\"CHARGE\",\"qty\":1}", Map.of())
                .expect(201)
                .text("orderId");
    }

    private void killPaymentOnceMoneyIsTakenFor(List<String> orders) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(orders)
                        .allSatisfy(order -> assertThat(BANK.callsFor(order)).isNotEmpty()));
        system.stack
                .instances(Service.PAYMENT)
                .forEach(instance -> instance.process().kill());
    }

    private void restartPayment() {
        List<ServiceProcess> instances = system.stack.instances(Service.PAYMENT);
        instances.forEach(ServiceProcess::restart);
        instances.forEach(ServiceProcess::awaitReady);
    }

    private void awaitStatus(String order, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(client.get(USER, order).text("status")).isEqualTo(status));
    }
}
