package dev.saga.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.trace.Spans;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.provider.GatewayMetrics;
import dev.saga.payment.provider.PaymentGateway;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

class ChargeRetryTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    private static final ChargeOutcome APPROVED = new ChargeOutcome.Approved("p");
    private static final ChargeOutcome DOWN = new ChargeOutcome.Unavailable("down", false);
    private static final Payment PAYMENT = Payment.on(
                    new InventoryEvent.Reserved(
                            ID,
                            new UserId("ann"),
                            List.of(new Line(new ProductId("BOOK"), 1, new Money(100))),
                            new Money(100),
                            null),
                    null,
                    Instant.EPOCH)
            .payment()
            .claimed();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger asked = new AtomicInteger();
    private final ChargeRetry chargeRetry = new ChargeRetry(
            Settings.of("timeout", "100ms", "attempts", "3", "backoff", "1ms"),
            new GatewayMetrics(meters),
            Spans.none());

    @Test
    void refusesZeroAttemptsAtTheStart() {
        assertThatThrownBy(() -> Settings.of("attempts", "0"))
                .hasRootCauseMessage("saga.payment.attempts must be 1 to 100 but is 0");
    }

    @Test
    void returnsTheFirstOutcome() {
        assertThat(charge(Mono.just(APPROVED))).isEqualTo(new Settlement.Charged(ID, APPROVED, 1));
    }

    @Test
    void retriesWhenTheGatewayIsUnavailableAndCountsTheAttempts() {
        assertThat(charge(Mono.just(DOWN), Mono.just(APPROVED))).isEqualTo(new Settlement.Charged(ID, APPROVED, 2));
        assertThat(charge(Mono.just(DOWN), Mono.just(DOWN), Mono.just(DOWN)))
                .isEqualTo(new Settlement.Charged(ID, DOWN, 3));
    }

    @Test
    void doesNotRetryAfterADecline() {
        ChargeOutcome declined = new ChargeOutcome.Declined("no", false);
        assertThat(charge(Mono.just(declined))).isEqualTo(new Settlement.Charged(ID, declined, 1));
    }

    @Test
    void isInDoubtAfterATimeoutAndStaysSoUntilAResponseComes() {
        assertThat(charge(Mono.never(), Mono.just(DOWN), Mono.just(DOWN)))
                .isEqualTo(new Settlement.Charged(ID, new ChargeOutcome.Unavailable("down", true), 3));
        assertThat(charge(Mono.never(), Mono.just(APPROVED))).isEqualTo(new Settlement.Charged(ID, APPROVED, 2));
        assertThat(charge(Mono.error(new IllegalStateException("cut")), Mono.just(DOWN), Mono.just(DOWN)))
                .isEqualTo(new Settlement.Charged(ID, new ChargeOutcome.Unavailable("down", true), 3));
    }

    @Test
    void doesNotTakeAFailureOfItsOwnDatabaseForAnOutcomeOfTheGateway() {
        Mono<ChargeOutcome> away = Mono.error(new R2dbcTransientResourceException("no connection"));
        assertThatThrownBy(() -> charge(away, away, away)).isInstanceOf(R2dbcTransientResourceException.class);
        assertThat(charge(away, Mono.just(APPROVED))).isEqualTo(new Settlement.Charged(ID, APPROVED, 2));
    }

    @Test
    void isInDoubtAfterAFailureOfItsOwnDatabaseWhichMayHaveKeptTheSimulatedCharge() {
        Mono<ChargeOutcome> away = Mono.error(new R2dbcTransientResourceException("gone after the commit"));
        assertThat(charge(away, Mono.just(DOWN), Mono.just(DOWN)))
                .isEqualTo(new Settlement.Charged(ID, new ChargeOutcome.Unavailable("down", true), 3));
    }

    @Test
    void doesNotCallTheGatewayForAWaitingChargeThatIsCancelled() {
        assertThat(charge(true, Mono.just(false), Mono.just(APPROVED))).isEqualTo(new Settlement.Withdrawn(ID));
        assertThat(asked).hasValue(0);
        assertThat(charge(true, Mono.just(true), Mono.just(APPROVED)))
                .isEqualTo(new Settlement.Charged(ID, APPROVED, 1));
    }

    @Test
    void doesNotRetryOnceTheOrderIsCancelled() {
        Mono<Boolean> cancelled = Mono.just(false);
        assertThat(charge(false, cancelled, Mono.just(DOWN), Mono.just(APPROVED)))
                .isEqualTo(
                        new Settlement.Charged(ID, new ChargeOutcome.Unavailable("the order was cancelled", false), 1));
        assertThat(charge(false, cancelled, Mono.never(), Mono.just(APPROVED)))
                .as("the first attempt may have taken the money")
                .isEqualTo(
                        new Settlement.Charged(ID, new ChargeOutcome.Unavailable("the order was cancelled", true), 1));
        assertThat(asked).hasValue(2);
    }

    @Test
    void aFenceThatCannotBeReadIsNotTheGatewaysFault() {
        Mono<Boolean> away = Mono.error(new IllegalStateException("the intake is full"));
        assertThatThrownBy(() -> charge(true, away, Mono.just(APPROVED))).hasMessage("the intake is full");
        assertThat(asked).hasValue(0);
    }

    @Test
    void countsResponsesOfTheGatewayByOperationAndOutcome() {
        charge(Mono.just(DOWN), Mono.never(), Mono.just(APPROVED));
        charge(Mono.just(new ChargeOutcome.Declined("no", false)));
        charge(Mono.just(DOWN), Mono.just(new ChargeOutcome.Declined("no", false)));
        assertThat(answers("charge", "unavailable")).isEqualTo(2);
        assertThat(answers("charge", "in-doubt")).isEqualTo(1);
        assertThat(answers("charge", "approved")).isEqualTo(1);
        assertThat(answers("charge", "declined")).isEqualTo(2);
        refund(Mono.empty());
        assertThatThrownBy(() -> refund(Mono.error(new IllegalStateException("down"))))
                .hasMessage("down");
        assertThatThrownBy(() -> refund(Mono.never()))
                .satisfies(failure -> assertThat(Exceptions.unwrap(failure)).isInstanceOf(TimeoutException.class));
        assertThat(answers("refund", "done")).isEqualTo(1);
        assertThat(answers("refund", "failed")).isEqualTo(2);
    }

    private double answers(String operation, String outcome) {
        return meters.get("saga.payment.gateway.call.duration")
                .tags("operation", operation, "outcome", outcome)
                .timer()
                .count();
    }

    private void refund(Mono<Void> answer) {
        chargeRetry
                .refund(gateway(List.<Mono<ChargeOutcome>>of().iterator(), answer), PAYMENT)
                .block(Duration.ofSeconds(10));
    }

    @SafeVarargs
    private Settlement charge(Mono<ChargeOutcome>... answers) {
        return charge(false, Mono.just(true), answers);
    }

    @SafeVarargs
    private Settlement charge(boolean waited, Mono<Boolean> fence, Mono<ChargeOutcome>... answers) {
        PaymentGateway gateway = gateway(List.of(answers).iterator(), Mono.empty());
        return chargeRetry.charge(gateway, PAYMENT, waited, fence).block(Duration.ofSeconds(10));
    }

    private PaymentGateway gateway(Iterator<Mono<ChargeOutcome>> answers, Mono<Void> refund) {
        return new PaymentGateway() {
            @Override
            public Mono<ChargeOutcome> charge(Charge charge) {
                asked.incrementAndGet();
                return answers.next();
            }

            @Override
            public Mono<Void> refund(TransactionId key) {
                return refund;
            }
        };
    }
}
