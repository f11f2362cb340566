package dev.saga.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Events;
import dev.saga.events.Participant;
import dev.saga.events.ShopEventType;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaymentSagaTest {
    @Test
    void decidesExactlyOnTheEventsThatItConsumes() {
        assertThat(Events.decidedBy(event -> PaymentSaga.decide(event, null, Instant.EPOCH)))
                .isEqualTo(ShopEventType.consumedBy(Participant.PAYMENT));
    }
}
