package dev.saga.lab.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.Customers;
import dev.saga.lab.fixture.RunningSystem;
import dev.saga.lab.probe.SagaClient;
import dev.saga.lab.probe.SagaClient.Answer;
import dev.saga.lab.stack.ServiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests whole sagas with a coupon. */
@Order(RunningSystem.ON_SHORT_TIMEOUTS)
class CouponIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "ann";

    private final RunningSystem system = RunningSystem.shortTimeouts();
    private final SagaClient client = system.client();
    private final String code = "C-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void prepare() {
        client.gateway("APPROVE");
        client.stock("PRIZE", 1500, 1_000_000);
        coupon("PUT", "/" + code, "{\"discount\":500}").expect(200);
    }

    @AfterEach
    void everythingAddsUp() {
        client.gateway("APPROVE");
        system.assertSound();
    }

    @Test
    void chargesTheLowerTotal() {
        Answer order = client.submitAndWait(USER, order(2, code, "tok_approve"));
        assertFinal(order, "CONFIRMED", null);
        assertThat(order.body().path("totalPrice").asLong()).isEqualTo(2500);
        assertThat(order.body().path("lines").path(0).path("unitPrice").asLong())
                .isEqualTo(1500);
        assertThat(payment(order).path("amount").asLong()).isEqualTo(2500);
        assertThat(holder()).isEqualTo(order.text("orderId"));
        assertThat(timeline(order))
                .containsExactly(
                        "ORDER_CREATED",
                        "INVENTORY_RESERVED",
                        "COUPON_REDEEMED",
                        "PAYMENT_COMPLETED",
                        "ORDER_CONFIRMED");
    }

    @Test
    void chargesNothingIfTheDiscountIsHigherThanTheTotal() {
        client.stock("CHEAP", 300, 10);
        Answer order =
                client.submitAndWait(USER, "{\"productId\":\"CHEAP\",\"qty\":1,\"couponCode\":\"" + code + "\"}");
        assertFinal(order, "CONFIRMED", null);
        assertThat(order.body().path("totalPrice").asLong(-1)).isZero();
    }

    @Test
    void ofTwoOrdersAtOneInstantOneRedeemsTheCoupon() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Callable<Answer> submission = () -> client.submitAndWait(USER, order(1, code, null));
            List<Answer> answers = threads.invokeAll(List.of(submission, submission)).stream()
                    .map(Future::resultNow)
                    .toList();
            assertThat(answers)
                    .extracting(answer -> answer.text("status") + " " + answer.text("cancelReason"))
                    .containsExactlyInAnyOrder("CONFIRMED null", "CANCELLED COUPON_REJECTED");
            Answer refused = answers.stream()
                    .filter(answer -> "CANCELLED".equals(answer.text("status")))
                    .findFirst()
                    .orElseThrow();
            assertThat(texts(client.timeline(USER, refused.text("orderId")), "detail"))
                    .contains("ALREADY_REDEEMED " + code);
        }
    }

    @Test
    void anotherOrderCanRedeemTheCouponOfACancelledOne() {
        assertFinal(client.submitAndWait(USER, order(1, code, "tok_decline")), "CANCELLED", "PAYMENT_DECLINED");
        assertThat(holder()).isNull();
        Answer first = client.submitAndWait(USER, order(1, code, null));
        assertFinal(first, "CONFIRMED", null);
        client.order("POST", "/" + USER + "/orders/" + first.text("orderId") + "/cancel", null, Map.of())
                .expect(202);
        await().atMost(PATIENCE)
                .until(() -> "CANCELLED"
                        .equals(client.get(USER, first.text("orderId")).text("status")));
        Answer second = client.submitAndWait(USER, order(1, code, null));
        assertFinal(second, "CONFIRMED", null);
        assertThat(holder()).isEqualTo(second.text("orderId"));
    }

    @Test
    void anUnknownCouponCancelsTheOrderAndReleasesItsStock() {
        Answer order = client.submitAndWait(USER, order(1, "NOPE", null));
        assertFinal(order, "CANCELLED", "COUPON_REJECTED");
        assertThat(timeline(order))
                .contains("COUPON_REJECTED", "ORDER_CANCEL", "INVENTORY_RELEASED", "PAYMENT_VOIDED")
                .endsWith("ORDER_CANCELLED");
    }

    @Test
    void refusesMalformedInput() {
        client.submit(USER, order(1, "no spaces", null), Map.of()).expect(400);
        coupon("PUT", "/no%20spaces", "{\"discount\":1}").expect(400);
        coupon("PUT", "/" + code, "{\"discount\":0}").expect(400);
        coupon("PUT", "/" + code, "{\"discount\":499}").expect(409);
        coupon("PUT", "/" + code, "{\"discount\":500}").expect(200);
    }

    @Test
    void aKilledInstanceLosesNoCoupon() {
        ServiceProcess instance = system.stack.instances(Participant.COUPON).getFirst();
        List<String> codes = List.of(code, code + "-2", code + "-3");
        codes.forEach(each -> coupon("PUT", "/" + each, "{\"discount\":500}").expect(200));
        List<Customers> customers = codes.stream()
                .map(each -> Customers.start(client, 1, "load-" + each, order(1, each, null)))
                .toList();
        try {
            customers.getFirst().awaitMore(5, PATIENCE);
            instance.process().kill();
            customers.getFirst().awaitMore(10, PATIENCE);
            instance.restart();
            instance.awaitReady();
            customers.getFirst().awaitMore(5, PATIENCE);
        } finally {
            customers.forEach(Customers::close);
        }
        system.awaitRest();
        codes.forEach(each -> client.submitAndWait("load-" + each, order(1, each, null)));
        assertThat(codes)
                .allSatisfy(each -> assertThat(confirmed("load-" + each))
                        .as("orders that redeemed %s, the one after the load included", each)
                        .isOne());
    }

    private long confirmed(String user) {
        JsonNode orders = client.order("GET", "/" + user + "/orders?limit=200", null, Map.of())
                .expect(200)
                .body()
                .path("orders");
        return texts(orders, "status").stream().filter("CONFIRMED"::equals).count();
    }

    private Answer coupon(String method, String path, String body) {
        return client.call(Participant.COUPON, method, "/coupons" + path, body);
    }

    private String holder() {
        return coupon("GET", "/" + code, null).expect(200).text("redeemedBy");
    }

    private JsonNode payment(Answer order) {
        return client.payment("GET", "/payments/" + order.text("orderId"), null)
                .expect(200)
                .body();
    }

    private List<String> timeline(Answer order) {
        return texts(client.timeline(USER, order.text("orderId")), "type");
    }

    private static List<String> texts(JsonNode array, String field) {
        return array.valueStream()
                .map(element -> element.path(field).asString(""))
                .toList();
    }

    private static void assertFinal(Answer order, String status, String reason) {
        assertThat(order.text("status")).isEqualTo(status);
        assertThat(order.text("cancelReason")).isEqualTo(reason);
    }

    private static String order(int qty, String coupon, String token) {
        return "{\"lines\":[{\"productId\":\"PRIZE\",\"qty\":" + qty + "}],\"couponCode\":\"" + coupon + "\""
                + (token == null ? "" : ",\"paymentToken\":\"" + token + "\"") + "}";
    }
}
