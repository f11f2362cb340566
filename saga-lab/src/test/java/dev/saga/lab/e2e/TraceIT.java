package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.event.TransactionId;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.traces.RecordedSpan;
import dev.saga.lab.traces.TraceFile;
import dev.saga.lab.traces.TraceTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The spans of one order form one tree, across three services with two instances each. */
@Order(RunningSystem.ON_PAIRS)
class TraceIT {
    private static final UUID TRACE = UUID.fromString("0af76519-16cd-43dd-8448-eb211c80319c");
    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String POST = "POST /{userId}/orders";

    private final RunningSystem system = RunningSystem.pairs();
    private final SagaClient client = system.client();
    private final String product = "T-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void stock() {
        client.gateway("APPROVE");
        client.stock(product, 1500, 100);
    }

    @Test
    void anOrderThatIsPaidIsOneTree() {
        Answer order = traced("tok_approve", UUID.randomUUID());
        assertThat(edges(order, 10))
                .containsExactlyInAnyOrder(
                        "order-svc " + POST + " < -",
                        "order-svc publish ORDER_CREATED < " + POST,
                        "inventory-svc handle ORDER_CREATED < publish ORDER_CREATED",
                        "inventory-svc publish INVENTORY_RESERVED < handle ORDER_CREATED",
                        "order-svc handle INVENTORY_RESERVED < publish INVENTORY_RESERVED",
                        "payment-svc handle INVENTORY_RESERVED < publish INVENTORY_RESERVED",
                        "payment-svc charge < handle INVENTORY_RESERVED",
                        "payment-svc publish PAYMENT_COMPLETED < handle INVENTORY_RESERVED",
                        "order-svc handle PAYMENT_COMPLETED < publish PAYMENT_COMPLETED",
                        "order-svc publish ORDER_CONFIRMED < handle PAYMENT_COMPLETED");
        assertThat(TraceTree.lines(spans(order)))
                .hasSize(12)
                .anyMatch(line -> line.contains("└─ handle ORDER_CREATED"))
                .anyMatch(line -> line.contains("charge: approved"));
    }

    @Test
    void anOrderThatIsRolledBackIsOneTree() {
        Answer order = traced("tok_unavailable", UUID.randomUUID());
        assertThat(edges(order, 19))
                .contains(
                        "payment-svc publish PAYMENT_FAILED < handle INVENTORY_RESERVED",
                        "order-svc publish ORDER_CANCEL < handle PAYMENT_FAILED",
                        "inventory-svc handle ORDER_CANCEL < publish ORDER_CANCEL",
                        "inventory-svc publish INVENTORY_RELEASED < handle ORDER_CANCEL",
                        "payment-svc publish PAYMENT_VOIDED < handle ORDER_CANCEL")
                .filteredOn("payment-svc charge < handle INVENTORY_RESERVED"::equals)
                .hasSize(3);
        assertThat(spans(order))
                .filteredOn(span -> span.name().equals("charge"))
                .extracting(RecordedSpan::failure)
                .containsOnly("the gateway is unavailable");
    }

    @Test
    void aCancelByTheUserContinuesTheTraceOfTheCallerThatPlacedTheOrder() {
        Answer order = traced("tok_approve", TRACE);
        String id = id(order);
        client.order("POST", "/ann/orders/" + id + "/cancel", null, Map.of()).expect(202);
        assertThat(edges(order, 19))
                .contains(
                        "order-svc " + POST + " < -",
                        "order-svc publish ORDER_CANCEL < " + POST,
                        "payment-svc refund < handle ORDER_CANCEL");
        assertThat(spans(order)).extracting(RecordedSpan::traceId).containsOnly(TRACE_ID);
        assertThat(spans(order))
                .filteredOn(span -> span.name().equals(POST))
                .extracting(RecordedSpan::parentId)
                .containsExactly(CALLER);
    }

    @Test
    void aNudgeStaysInTheTrace() {
        Answer order = client.submit("ann", order("tok_slow"), Map.of("traceparent", caller(TRACE, true)));
        client.order("POST", "/sagas/" + id(order) + "/nudge", null, Map.of());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(spans(order))
                        .filteredOn(span -> span.name().equals("publish ORDER_CREATED"))
                        .hasSize(2)
                        .extracting(RecordedSpan::traceId)
                        .containsOnly(TRACE_ID));
    }

    @Test
    void aTraceThatTheCallerDoesNotRecordAndOneThatIsNotSampledAreNotRecorded() {
        Answer silent = client.submit(
                "ann", order("tok_approve"), Map.of("traceparent", caller(TRACE, false), "Prefer", "wait=30"));
        Answer notSampled = client.submitAndWait("ann", order("tok_approve"));
        edges(traced("tok_approve", UUID.randomUUID()), 10);
        assertThat(spans(silent)).isEmpty();
        assertThat(spans(notSampled)).isEmpty();
    }

    @Test
    void aParkedRecordIsAFailedSpan() {
        var saga = new TransactionId(UUID.randomUUID());
        String context = caller(saga.value(), true);
        system.put(
                "order",
                saga.text(),
                "{\"specversion\":\"1.0\",\"id\":\"" + UUID.randomUUID()
                        + "\",\"source\":\"/order-svc\",\"type\":\"ORDER_CREATED\",\"subject\":\"" + saga.text()
                        + "\",\"time\":\"2026-11-21T02:03:04.567Z\",\"datacontenttype\":\"application/json\","
                        + "\"traceparent\":\"" + context + "\",\"data\":{\"transaction_id\":\"" + saga.text() + "\"}}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(TraceFile.spansOf(saga.text(), system.traces()))
                        .anySatisfy(span -> {
                            assertThat(span.service()).isEqualTo("inventory-svc");
                            assertThat(span.name()).isEqualTo("park ORDER_CREATED");
                            assertThat(span.failure()).contains("data: ");
                        }));
    }

    private static String caller(UUID trace, boolean records) {
        return "00-" + trace.toString().replace("-", "") + "-" + CALLER + (records ? "-01" : "-00");
    }

    /** Places an order for a caller that records its trace, and waits until it is final. */
    private Answer traced(String token, UUID trace) {
        return client.submit("ann", order(token), Map.of("traceparent", caller(trace, true), "Prefer", "wait=30"));
    }

    private String order(String token) {
        return "{\"productId\":\"" + product + "\",\"qty\":1,\"paymentToken\":\"" + token + "\"}";
    }

    private static String id(Answer order) {
        return Objects.requireNonNull(order.text("orderId"));
    }

    private List<RecordedSpan> spans(Answer order) {
        return TraceFile.spansOf(id(order), system.traces());
    }

    /** Waits for this number of spans. Returns each with its service and the name of its parent. */
    private List<String> edges(Answer order, int number) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(spans(order)).hasSize(number));
        List<RecordedSpan> spans = spans(order);
        return spans.stream()
                .map(span -> span.service() + " " + span.name() + " < " + parent(span, spans))
                .toList();
    }

    private static String parent(RecordedSpan child, List<RecordedSpan> spans) {
        return spans.stream()
                .filter(span -> span.spanId().equals(child.parentId()))
                .map(RecordedSpan::name)
                .findFirst()
                .orElse("-");
    }
}
