package dev.saga.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Events;
import dev.saga.events.Participant;
import dev.saga.events.ShopEventType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FoldTest {
    @Test
    void decidesExactlyOnTheEventsThatItConsumes() {
        assertThat(Events.decidedBy(event -> Fold.of(List.of(event), Map.of(), Map.of())))
                .isEqualTo(ShopEventType.consumedBy(Participant.INVENTORY));
    }
}
