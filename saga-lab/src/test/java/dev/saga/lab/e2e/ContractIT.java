package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.StateTopic;
import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.OrderEvent;
import dev.saga.lab.fixture.RecordContract;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Compares every record that services have published for this class and those before it with its description. */
@Order(RunningSystem.LAST_ON_PAIRS)
class ContractIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String USER = "ann";
    /** Enough of a report: one cause makes many records deviate. */
    private static final int MOST_DEVIATIONS = 5;

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();
    private final String product = "C-" + UUID.randomUUID().toString().substring(0, 8);
    private final RecordContract contract = new RecordContract();
    private final Set<String> seen = new TreeSet<>();
    private final List<String> deviations = new ArrayList<>();

    @Test
    void everyRecordOfAServiceIsAsDescribedAndEveryMessageOccurs() {
        client.gateway("APPROVE");
        client.stock(product, 1500, 100);
        refund(order(1, "tok_approve"));
        order(1, "tok_decline");
        order(101, "tok_approve");
        system.wire.publish(new OrderEvent.Cancel(new TransactionId(UUID.randomUUID()), CancelReason.TIMED_OUT));
        system.awaitRest();
        for (String topic : contract.topics()) {
            system.wire.reader().read(new StateTopic(topic), Long.MAX_VALUE, record -> check(topic, record));
        }
        assertThat(deviations).isEmpty();
        assertThat(seen).containsExactlyInAnyOrderElementsOf(contract.messages());
    }

    private void check(String topic, ConsumerRecord<byte[], byte[]> record) {
        if (!system.wire.isOfService(record) || deviations.size() == MOST_DEVIATIONS) {
            return;
        }
        List<String> found = contract.deviations(topic, record);
        if (found.isEmpty()) {
            seen.add(contract.message(topic, record));
        } else {
            deviations.add(topic + ": " + found + " of " + new String(record.value(), StandardCharsets.UTF_8));
        }
    }

    private Answer order(int qty, String token) {
        return client.submitAndWait(
                USER, "{\"productId\":\"%s\",\"qty\":%d,\"paymentToken\":\"%s\"}".formatted(product, qty, token));
    }

    private void refund(Answer order) {
        String path = "/" + USER + "/orders/" + order.text("orderId");
        client.order("POST", path + "/cancel", null, Map.of()).expect(202);
        await().atMost(PATIENCE)
                .until(() -> "CANCELLED"
                        .equals(client.order("GET", path, null, Map.of()).text("status")));
    }
}
