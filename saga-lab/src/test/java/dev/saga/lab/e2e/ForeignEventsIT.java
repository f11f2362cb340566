package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
import dev.saga.events.Events;
import dev.saga.events.Participant;
import dev.saga.lab.fixture.ForeignProducer;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.testing.TestInfra;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests forms of events that our services do not write, published to order-svc, the only service that runs. */
@Order(RunningSystem.ON_SOLO_ORDER)
class ForeignEventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TIME = "\"time\":\"2026-11-27T01:02:03Z\"";

    private final RunningSystem system = RunningSystem.soloOrder();
    private final SagaClient client = system.client();
    private final ForeignProducer producer = new ForeignProducer(TestInfra.get().kafka(), system.prefix, Map.of());

    @AfterEach
    void close() {
        producer.close();
    }

    /** Publishes both events to one partition, so that one batch can contain both. */
    @Test
    void theSameIdFromTwoSourcesIsTwoEventsOfTwoSagas() {
        TransactionId one = submit();
        TransactionId two = submit();
        String id = "id-" + System.nanoTime();
        producer.put(Stream.of(one, two)
                .map(saga -> producer.record(
                        "payment",
                        0,
                        saga.text(),
                        ForeignProducer.event(
                                "PAYMENT_COMPLETED", "/of-" + saga, id, saga.text(), ForeignProducer.PAID)))
                .toList());
        awaitStatus(one, "CONFIRMED");
        awaitStatus(two, "CONFIRMED");
    }

    @Test
    void theSameIdFromTwoSourcesIsTwoEventsOfOneSaga() {
        TransactionId saga = submit();
        String id = UUID.randomUUID().toString();
        String lines =
                "\"user_id\":\"ann\",\"lines\":[{\"product_id\":\"BOOK\",\"qty\":2,\"unit_price\":1500}],\"total_price\":3000";
        producer.put(
                "inventory",
                saga.text(),
                ForeignProducer.event("INVENTORY_RESERVED", "/inventory-svc", id, saga.text(), lines));
        await().atMost(PATIENCE).until(() -> timeline(saga).contains("INVENTORY_RESERVED"));
        producer.put(
                "payment",
                saga.text(),
                ForeignProducer.event("PAYMENT_COMPLETED", "/payment-other", id, saga.text(), ForeignProducer.PAID));
        awaitStatus(saga, "CONFIRMED");
    }

    @Test
    void anEventOfAnAbortedTransactionHasNoEffect() {
        TransactionId saga = submit();
        try (var aborting = new ForeignProducer(
                TestInfra.get().kafka(), system.prefix, Map.of("transactional.id", TestInfra.uniqueName()))) {
            aborting.putAndAbort("payment", saga.text(), ForeignProducer.completed(saga));
        }
        producer.put("payment", saga.text(), failed(saga, "DECLINED", "sorry"));
        release(saga);
        awaitCancelled(saga, "PAYMENT_DECLINED");
        assertThat(timeline(saga)).doesNotContain("PAYMENT_COMPLETED");
    }

    @Test
    void idsInCapitalsAreTheSameIds() {
        TransactionId saga = submit();
        String capitals = saga.text().toUpperCase(Locale.ROOT);
        String id = UUID.randomUUID().toString().toUpperCase(Locale.ROOT);
        producer.put(
                "payment",
                capitals,
                ForeignProducer.event("PAYMENT_COMPLETED", "/payment-svc", id, capitals, ForeignProducer.PAID));
        awaitStatus(saga, "CONFIRMED");
    }

    /** Half of an emoji, as a JSON escape. */
    @Test
    void halfASurrogatePairInATextAffectsNeitherTheOrderNorItsTimeline() {
        TransactionId saga = submit();
        producer.put("payment", saga.text(), failed(saga, "DECLINED", "sorry \\ud83d"));
        release(saga);
        awaitCancelled(saga, "PAYMENT_DECLINED");
        assertThat(timeline(saga)).contains("PAYMENT_FAILED", "ORDER_CANCELLED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"extension\":\"none\"",
                "\"time\":null",
                "\"time\":\"2026-12-31T23:59:60Z\"",
                "\"time\":\"2026-11-27T01:02:03.123456789012Z\"",
                "\"time\":\"2026-11-27t10:02:03.5+09:00\""
            })
    void anyRfc3339TimeAndAnAbsentTimeAreRead(String time) {
        TransactionId saga = submit();
        producer.put("payment", saga.text(), ForeignProducer.completed(saga).replace(TIME, time));
        awaitStatus(saga, "CONFIRMED");
        assertThat(timeline(saga)).contains("PAYMENT_COMPLETED");
    }

    @ParameterizedTest
    @CsvSource({"payment,PAYMENT_FAILED", "inventory,INVENTORY_REJECTED"})
    void anUnknownReasonIsReadAsOther(String topic, String type) {
        TransactionId saga = submit();
        String data = "\"reason\":\"MOON_IN_THE_WRONG_HOUSE\",\"detail\":\"x\",\"product_id\":\"BOOK\"";
        String id = UUID.randomUUID().toString();
        producer.put(topic, saga.text(), ForeignProducer.event(type, "/" + topic + "-svc", id, saga.text(), data));
        release(saga);
        awaitCancelled(saga, "OTHER");
    }

    @Test
    void anEventInBinaryModeIsRead() {
        TransactionId saga = submit();
        String data = "{\"transaction_id\":\"" + saga + "\"," + ForeignProducer.PAID + "}";
        ProducerRecord<byte[], byte[]> record =
                producer.record("payment", saga.text(), data.getBytes(StandardCharsets.UTF_8));
        Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", UUID.randomUUID().toString(),
                        "ce_source", "/payment-svc",
                        "ce_type", "PAYMENT_COMPLETED",
                        "ce_subject", saga.text(),
                        "ce_time", "2026-11-27T01:02:03Z",
                        "content-type", "application/json")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.put(List.of(record));
        awaitStatus(saga, "CONFIRMED");
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        TransactionId saga = submit();
        producer.put("payment", saga.text(), "\ufeff" + ForeignProducer.completed(saga));
        awaitStatus(saga, "CONFIRMED");
    }

    /** The event is ambiguous: one key has two values. */
    @Test
    void anEventWithADuplicateJsonKeyIsParkedAndDoesNotConfirmTheOrder() {
        TransactionId saga = submit();
        String twice = ForeignProducer.completed(saga).replace("\"type\":", "\"type\":\"PAYMENT_FAILED\",\"type\":");
        producer.put("payment", saga.text(), twice);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(lettersOf(saga)).isOne());
        awaitStatus(saga, "PENDING");
    }

    private long lettersOf(TransactionId saga) {
        JsonNode letters = client.order("GET", "/dead-letters?limit=200", null, Map.of())
                .expect(200)
                .body();
        return letters.valueStream()
                .filter(letter ->
                        saga.text().equals(letter.path("transactionId").asString("")))
                .count();
    }

    private static String failed(TransactionId saga, String reason, String detail) {
        String data = "\"reason\":\"" + reason + "\",\"detail\":\"" + detail + "\"";
        return ForeignProducer.event(
                "PAYMENT_FAILED", "/payment-svc", UUID.randomUUID().toString(), saga.text(), data);
    }

    private TransactionId submit() {
        Answer placed = client.submit("ann", "{\"productId\":\"BOOK\",\"qty\":2}", Map.of())
                .expect(201);
        return TransactionId.of(placed.body().path("orderId").asString());
    }

    private List<String> timeline(TransactionId saga) {
        return client.timeline("ann", saga.text())
                .valueStream()
                .map(event -> event.path("type").asString())
                .toList();
    }

    /** Waits until the cancel has begun: two topics have no order among each other, and an early release has no effect. */
    private void release(TransactionId saga) {
        await().atMost(PATIENCE)
                .until(() -> client.get("ann", saga.text()).text("status"), status -> status.startsWith("CANCELL"));
        Events.undoneExceptBy(Participant.PAYMENT, saga).forEach(system.wire::publish);
    }

    private void awaitStatus(TransactionId saga, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                client.get("ann", saga.text()).expect(200).text("status"))
                        .isEqualTo(status));
    }

    private void awaitCancelled(TransactionId saga, String reason) {
        awaitStatus(saga, "CANCELLED");
        assertThat(client.get("ann", saga.text()).text("cancelReason")).isEqualTo(reason);
    }
}
