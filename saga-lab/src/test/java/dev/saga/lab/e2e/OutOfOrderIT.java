package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
import dev.saga.events.Events;
import dev.saga.events.InventoryEvent;
import dev.saga.events.Participant;
import dev.saga.events.PaymentEvent;
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
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Runs order-svc alone and publishes the events of inventory-svc and payment-svc in unusual orders. */
@Order(RunningSystem.ON_SOLO_ORDER)
class OutOfOrderIT {
    private static final Money TOTAL = new Money(3000);

    private final RunningSystem system = RunningSystem.soloOrder();
    private final SagaClient client = system.client();

    @Test
    void aPaymentConsumedBeforeItsReservationConfirmsTheOrderAndTheReservationOnlyAddsPrices() {
        TransactionId saga = submit();
        system.wire.publish(completed(saga));
        awaitStatus(saga, "CONFIRMED");
        system.wire.publish(reserved(saga));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(order(saga)
                                .body()
                                .path("lines")
                                .path(0)
                                .path("unitPrice")
                                .asLong())
                        .isEqualTo(1500));
        assertThat(order(saga).text("status")).isEqualTo("CONFIRMED");
        assertThat(system.wire.types("order", saga)).containsExactly("ORDER_CREATED", "ORDER_CONFIRMED");
    }

    @Test
    void aPaymentThatComesAfterTheCancelDoesNotReviveTheOrder() {
        TransactionId saga = submit();
        system.wire.publish(reserved(saga));
        client.order("POST", "/ann/orders/" + saga + "/cancel", null, Map.of()).expect(202);
        system.wire.publish(completed(saga));
        Events.undoneExceptBy(Participant.PAYMENT, saga).forEach(system.wire::publish);
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> "CANCELLING".equals(order(saga).text("status")));
        system.wire.publish(new PaymentEvent.Refunded(saga, "pay-1", TOTAL));
        awaitStatus(saga, "CANCELLED");
        system.wire.publish(completed(saga));
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> "CANCELLED".equals(order(saga).text("status")));
        assertThat(system.wire.types("order", saga))
                .containsExactly("ORDER_CREATED", "ORDER_CANCEL", "ORDER_CANCELLED");
    }

    private TransactionId submit() {
        Answer placed = client.submit("ann", "{\"productId\":\"BOOK\",\"qty\":2}", Map.of())
                .expect(201);
        return TransactionId.of(placed.body().path("orderId").asString());
    }

    private Answer order(TransactionId saga) {
        return client.get("ann", saga.text()).expect(200);
    }

    private void awaitStatus(TransactionId saga, String status) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(order(saga).text("status")).isEqualTo(status));
    }

    private static InventoryEvent reserved(TransactionId saga) {
        Line line = new Line(new ProductId("BOOK"), 2, new Money(1500));
        return new InventoryEvent.Reserved(saga, new UserId("ann"), List.of(line), TOTAL, null);
    }

    private static PaymentEvent completed(TransactionId saga) {
        return new PaymentEvent.Completed(saga, "pay-1", TOTAL);
    }
}
