package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.fixture.ShippingNode;
import dev.saga.lab.probe.SagaClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Tests the participant in another language, {@code examples/shipping-node}, as a process beside two of each service. */
@Order(RunningSystem.ON_PAIRS)
class ShippingNodeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String USER = "ann";

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();
    private final ShippingNode shipping = ShippingNode.install(system.prefix);
    private final String product = "S-" + UUID.randomUUID().toString().substring(0, 8);

    @AfterEach
    void stop() {
        shipping.stop();
    }

    @Test
    void passesItsOwnTests() {
        shipping.test();
    }

    /** Kills the process between two shipments, and lets another group read the topic again from offset zero. */
    @Test
    void plansOneShipmentPerConfirmedOrderAcrossAKillAndASecondReadOfTheTopic() {
        client.stock(product, 1500, 100);
        shipping.start("shipping");
        List<String> confirmed = submit("tok_approve");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> confirmed.stream().anyMatch(shipping::hasPlanned));
        shipping.kill();
        confirmed.addAll(submit("tok_approve"));
        List<String> declined = submit("tok_decline");
        shipping.start("shipping");
        confirmed.addAll(submit("tok_approve"));
        awaitOneShipmentEach(confirmed, declined);

        shipping.stop();
        shipping.start("shipping-again");
        await().atMost(PATIENCE).until(() -> system.wire.reader().lag("shipping-again") == 0);
        awaitOneShipmentEach(confirmed, declined);
        system.assertSound();
    }

    private void awaitOneShipmentEach(List<String> confirmed, List<String> declined) {
        awaitStatus(confirmed, "CONFIRMED");
        awaitStatus(declined, "CANCELLED");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(shipping.eventIdsBySaga()).containsKeys(confirmed.toArray(String[]::new)));
        assertThat(shipping.eventIdsBySaga())
                .doesNotContainKeys(declined.toArray(String[]::new))
                .allSatisfy((saga, ids) -> assertThat(ids).hasSize(1));
        assertThat(shipping.stored())
                .doesNotHaveDuplicates()
                .containsAll(confirmed)
                .doesNotContainAnyElementsOf(declined);
    }

    /** Submits ten orders with this payment token. Returns their ids. */
    private List<String> submit(String token) {
        String body = "{\"lines\":[{\"productId\":\"" + product + "\",\"qty\":1}],\"paymentToken\":\"" + token + "\"}";
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(client.submit(USER, body, Map.of()).expect(201).text("orderId"));
        }
        return ids;
    }

    private void awaitStatus(List<String> orders, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(orders)
                        .allSatisfy(order -> assertThat(client.get(USER, order).text("status"))
                                .isEqualTo(status)));
    }
}
