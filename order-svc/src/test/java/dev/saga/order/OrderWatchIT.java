package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.sql.Connections;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.event.TransactionId;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.store.OrderStore;
import dev.saga.testing.TestDatabase;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

class OrderWatchIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final OrderProperties PROPERTIES = Settings.of(10, Duration.ofDays(1));

    private final Order order = Order.place(
                    new TransactionId(UUID.randomUUID()),
                    new UserId("ann"),
                    List.of(new Line(new ProductId("BOOK"), 1, null)),
                    null,
                    Instant.now())
            .order();

    @Test
    void anInstanceThatStopsReturnsTheOrderAsItIsNow() {
        TestDatabase database = TestDatabase.migrated();
        OrderStore store = new OrderStore(database.sql(), Clock.systemUTC(), PROPERTIES.stepTimeout());
        database.committed(store.add(List.of(order)));
        OrderWatch watch = started(store);
        CompletableFuture<Order> waiter = watch.awaitFinal(order, LONG).toFuture();
        Order cancelled = order.cancelByUser().orElseThrow().order();
        database.committed(store.save(List.of(cancelled), Map.of(order.id(), order)));
        watch.look().block();
        assertThat(waiter).isNotDone();
        watch.stop();
        assertThat(waiter).isCompletedWithValueMatching(seen -> seen.status() == OrderStatus.CANCELLING);
        assertThat(watch.awaitFinal(order, LONG).toFuture()).isCompletedWithValue(order);
    }

    @Test
    void withoutADatabaseTheOrderIsReturnedAsItWasStored() {
        OrderWatch watch = started(new OrderStore(
                new Sql(new Connections(new Away()), new StatementLimit()),
                Clock.systemUTC(),
                PROPERTIES.stepTimeout()));
        CompletableFuture<Order> patient = watch.awaitFinal(order, LONG).toFuture();
        assertThat(watch.awaitFinal(order, Duration.ofMillis(1)).block()).isEqualTo(order);
        watch.stop();
        assertThat(patient).isCompletedWithValue(order);
    }

    private static OrderWatch started(OrderStore store) {
        var watch = new OrderWatch(store, PROPERTIES);
        watch.start();
        return watch;
    }

    /** A database that refuses every connection. */
    private static final class Away implements ConnectionFactory {
        @Override
        public Publisher<? extends Connection> create() {
            return Mono.error(new R2dbcNonTransientResourceException("away"));
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return () -> "away";
        }
    }
}
