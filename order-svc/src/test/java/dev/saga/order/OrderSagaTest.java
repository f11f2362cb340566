package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Events;
import dev.saga.events.Participant;
import dev.saga.events.ShopEvent;
import dev.saga.events.ShopEventType;
import dev.saga.events.value.Line;
import dev.saga.order.domain.Order;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderSagaTest {
    @Test
    void decidesExactlyOnTheEventsThatItConsumes() {
        Order order = Order.place(Events.SAGA, Events.ANN, List.of(new Line(Events.BOOK, 1, null)), null, Instant.EPOCH)
                .order();
        assertThat(Events.decidedBy(event -> order.on(ShopEvent.of(event))))
                .isEqualTo(ShopEventType.consumedBy(Participant.ORDER));
    }
}
