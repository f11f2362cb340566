package dev.saga.lab.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.events.Participant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void plansOneInstanceOfEachServiceThatIsNotNamed() {
        assertThat(Plan.named(Map.of("order-svc", 2, "payment-svc", 0)))
                .containsEntry(Participant.ORDER, 2)
                .containsEntry(Participant.PAYMENT, 0)
                .containsEntry(Participant.INVENTORY, 1);
    }

    @Test
    void refusesAnUnknownServiceAndTooManyInstances() {
        assertThatThrownBy(() -> Plan.named(Map.of("stock-svc", 1)))
                .hasMessage("There is no service stock-svc; there are order-svc, inventory-svc, payment-svc.");
        assertThatThrownBy(() -> Plan.named(Map.of("order-svc", 10))).hasMessageContaining("0 to 9");
    }
}
