package dev.saga.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.events.InventoryEvent;
import dev.saga.events.Line;
import dev.saga.events.Money;
import dev.saga.events.ProductId;
import dev.saga.events.TransactionId;
import dev.saga.events.UserId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.gateway.PaymentGateway;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class PatienceTest {
    private static final TransactionId ID = TransactionId.of("0199c8a0-0000-7000-8000-000000000001");
    private static final ChargeOutcome APPROVED = new ChargeOutcome.Approved("p");
    private static final ChargeOutcome DOWN = new ChargeOutcome.Unavailable("down", false);

    private final Patience patience = new Patience(new PaymentProperties(
            1,
            1,
            Duration.ofMillis(100),
            3,
            Duration.ofMillis(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            1));

    @Test
    void noAttemptsAtAllAreRefusedAtTheStart() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new PaymentProperties(1, 1, second, 0, second, second, second, second, 1))
                .hasMessage("saga.payment.attempts must be 1 to 100 but is 0");
    }

    @Test
    void takesTheFirstAnswer() {
        assertThat(charge(Mono.just(APPROVED))).isEqualTo(new Settlement.Charged(ID, APPROVED, 1));
    }

    @Test
    void asksAgainWhenTheGatewayIsUnavailableAndCountsItsAttempts() {
        assertThat(charge(Mono.just(DOWN), Mono.just(APPROVED))).isEqualTo(new Settlement.Charged(ID, APPROVED, 2));
        assertThat(charge(Mono.just(DOWN), Mono.just(DOWN), Mono.just(DOWN)))
                .isEqualTo(new Settlement.Charged(ID, DOWN, 3));
    }

    @Test
    void doesNotAskAgainAfterARefusal() {
        ChargeOutcome declined = new ChargeOutcome.Declined("no", false);
        assertThat(charge(Mono.just(declined))).isEqualTo(new Settlement.Charged(ID, declined, 1));
    }

    @Test
    void isInDoubtAfterASilenceAndStaysSoUntilAnAnswerComes() {
        assertThat(charge(Mono.never(), Mono.just(DOWN), Mono.just(DOWN)))
                .isEqualTo(new Settlement.Charged(ID, new ChargeOutcome.Unavailable("down", true), 3));
        assertThat(charge(Mono.never(), Mono.just(APPROVED))).isEqualTo(new Settlement.Charged(ID, APPROVED, 2));
        assertThat(charge(Mono.error(new IllegalStateException("cut")), Mono.just(DOWN), Mono.just(DOWN)))
                .isEqualTo(new Settlement.Charged(ID, new ChargeOutcome.Unavailable("down", true), 3));
    }

    @Test
    void doesNotTakeAFailureOfItsOwnDatabaseForTheGatewaysAnswer() {
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

    @SafeVarargs
    private Settlement charge(Mono<ChargeOutcome>... answers) {
        Iterator<Mono<ChargeOutcome>> next = List.of(answers).iterator();
        PaymentGateway gateway = new PaymentGateway() {
            @Override
            public Mono<ChargeOutcome> charge(Charge charge) {
                return next.next();
            }

            @Override
            public Mono<Void> refund(TransactionId key) {
                return Mono.empty();
            }
        };
        var line = new Line(new ProductId("BOOK"), 1, new Money(100));
        var reserved = new InventoryEvent.Reserved(ID, new UserId("ann"), List.of(line), new Money(100), null);
        Payment payment = Payment.on(reserved, null, Instant.EPOCH).payment();
        return patience.charge(gateway, payment).block(Duration.ofSeconds(10));
    }
}
