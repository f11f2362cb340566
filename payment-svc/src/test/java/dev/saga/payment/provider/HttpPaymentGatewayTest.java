package dev.saga.payment.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.saga.event.TransactionId;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.payment.domain.ChargeOutcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.reactive.function.client.WebClient;

/** Tests against an HTTP server of this test as the gateway. */
class HttpPaymentGatewayTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String content = "{\"paymentId\":\"pay-1\"}";
    private HttpPaymentGateway gateway;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        var breaker = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(4)
                        .minimumNumberOfCalls(4)
                        .build());
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        gateway = new HttpPaymentGateway(WebClient.create(url), WebClient.create(url), breaker, "KRW");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Idempotency-Key") + " " + body);
        byte[] answer = content.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private ChargeOutcome charge() {
        return gateway.charge(new PaymentGateway.Charge(ID, new Money(3000), new PaymentToken("tok_visa")))
                .block(Duration.ofSeconds(5));
    }

    @Test
    void takesMoneyUnderTheTransactionsKey() {
        assertThat(charge()).isEqualTo(new ChargeOutcome.Approved("pay-1"));
        assertThat(calls)
                .containsExactly("POST /charges " + ID + " {\"transactionId\":\"" + ID
                        + "\",\"amount\":3000,\"currency\":\"KRW\",\"token\":\"tok_visa\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {402, 422})
    void isDeclinedByARefusalOfThisCard(int refusal) {
        status = refusal;
        assertThat(charge()).isEqualTo(new ChargeOutcome.Declined("the gateway returned " + refusal, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 406, 410, 413, 415})
    void isUnavailableAndHasTakenNothingIfTheGatewayRefusesTheCall(int refusal) {
        status = refusal;
        assertThat(charge()).isEqualTo(new ChargeOutcome.Unavailable("the gateway returned " + refusal, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 503})
    void aGatewayThatRefusesCallsOpensTheCircuit(int failure) {
        status = failure;
        for (int i = 0; i < 4; i++) {
            outcomeOrFailure();
        }
        status = 200;
        assertThat(charge())
                .isInstanceOfSatisfying(
                        ChargeOutcome.Unavailable.class,
                        open -> assertThat(open.inDoubt()).isFalse());
        assertThat(calls).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {402, 422})
    void declinedCardsDoNotOpenTheCircuit(int refusal) {
        status = refusal;
        for (int i = 0; i < 4; i++) {
            charge();
        }
        status = 200;
        assertThat(charge()).isEqualTo(new ChargeOutcome.Approved("pay-1"));
    }

    private void outcomeOrFailure() {
        gateway.charge(new PaymentGateway.Charge(ID, new Money(3000), null))
                .onErrorComplete()
                .block(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 408, 409, 425, 429, 500, 503})
    void isInDoubtWhenTheGatewayFails(int failure) {
        status = failure;
        assertThatThrownBy(this::charge).isInstanceOf(Exception.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"paymentId\":null}", "{\"paymentId\":\"\"}"})
    void isInDoubtAfterAnApprovalWithoutAPaymentId(String odd) {
        content = odd;
        assertThatThrownBy(this::charge).isInstanceOf(Exception.class);
    }

    @Test
    void isUnavailableAndHasTakenNothingWithoutAConnection() {
        server.stop(0);
        assertThat(charge())
                .isInstanceOfSatisfying(
                        ChargeOutcome.Unavailable.class,
                        down -> assertThat(down.inDoubt()).isFalse());
    }

    @Test
    void refundsUnderAKeyOfItsOwnAndFailsUntilTheGatewayHasDoneIt() {
        refund();
        assertThat(calls).containsExactly("POST /charges/" + ID + "/refund refund-" + ID + " ");
        for (int failure : List.of(302, 400, 401, 409, 503)) {
            status = failure;
            assertThatThrownBy(this::refund).isInstanceOf(Exception.class);
        }
    }

    @Test
    void aRefundOfAChargeThatTheGatewayDoesNotKnowIsDone() {
        status = 404;
        refund();
        assertThat(calls).hasSize(1);
    }

    @Test
    void refundsThatFailDoNotOpenTheCircuitForCharges() {
        status = 503;
        for (int i = 0; i < 8; i++) {
            assertThatThrownBy(this::refund).isInstanceOf(Exception.class);
        }
        status = 200;
        assertThat(charge()).isEqualTo(new ChargeOutcome.Approved("pay-1"));
    }

    @Test
    void refundsGoOnWhileTheCircuitIsOpenForCharges() {
        status = 503;
        for (int i = 0; i < 4; i++) {
            outcomeOrFailure();
        }
        status = 200;
        refund();
        assertThat(calls).hasSize(5);
    }

    private void refund() {
        gateway.refund(ID).block(Duration.ofSeconds(5));
    }
}
