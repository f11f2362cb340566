package dev.saga.order.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderPageTest {
    @Test
    void endsBeforeItHasTooManyLinesAndNamesTheNextPage() {
        List<Order> orders = List.of(order(3), order(4), order(5));
        OrderResource.Page page = OrderResource.Page.of(orders, 50, 10);
        assertThat(page.orders()).hasSize(2);
        assertThat(page.next()).isEqualTo(orders.get(1).id().text());
    }

    @Test
    void hasAtLeastOneOrder() {
        List<Order> orders = List.of(order(5), order(1));
        OrderResource.Page page = OrderResource.Page.of(orders, 50, 4);
        assertThat(page.orders()).hasSize(1);
        assertThat(page.next()).isEqualTo(orders.getFirst().id().text());
    }

    @Test
    void isTheLastIfNothingIsLeftOut() {
        assertThat(OrderResource.Page.of(List.of(order(5), order(5)), 50, 10).next())
                .isNull();
        assertThat(OrderResource.Page.of(List.of(order(1), order(1)), 2, 10).next())
                .isNotNull();
        assertThat(OrderResource.Page.of(List.of(), 50, 10).next()).isNull();
    }

    private static Order order(int lines) {
        return Order.place(
                        new TransactionId(UUID.randomUUID()),
                        new UserId("ann"),
                        IntStream.range(0, lines)
                                .mapToObj(i -> new Line(new ProductId("P" + i), 1, null))
                                .toList(),
                        null,
                        Instant.EPOCH)
                .order();
    }
}
