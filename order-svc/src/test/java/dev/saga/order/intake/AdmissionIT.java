package dev.saga.order.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.uuid.Generators;
import dev.saga.delivery.work.OverCapacity;
import dev.saga.event.TransactionId;
import dev.saga.events.Events;
import dev.saga.events.Shop;
import dev.saga.events.ShopEvent;
import dev.saga.events.value.Line;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.meter.OrderMetrics;
import dev.saga.order.store.OrderStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class AdmissionIT {
    private static final int LIMIT = 3;
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");

    private final TestDatabase database = TestDatabase.migrated();
    private final IntakeSettings settings = settings(LIMIT, LIMIT);
    private final OrderStore store = new OrderStore(database.sql(), Clock.systemUTC(), settings.stepTimeout());
    private final Admission admission = new Admission(
            new OrderCounts(database.sql(), settings),
            new TestDelivery(database, "order-svc", Shop.CONTRACT).depth(),
            settings,
            new OrderMetrics(new SimpleMeterRegistry(), Clock.systemUTC()));

    @Test
    void admitsOrdersUpToTheBoundAndNoMoreUntilOneIsFinal() {
        Order first = placed();
        placed();
        placed();
        assertThatThrownBy(this::placed).isInstanceOf(OverCapacity.class);
        admission.recount().block();
        assertThatThrownBy(this::placed).isInstanceOf(OverCapacity.class);
        Order cancelled = first.cancelByUser().orElseThrow().order();
        database.committed(store.save(List.of(ended(cancelled)), Map.of(first.id(), first)));
        admission.recount().block();
        assertThat(placed()).isNotNull();
        assertThatThrownBy(this::placed).isInstanceOf(OverCapacity.class);
    }

    @Test
    void countsOrdersWhoseTransactionRunsDuringTheCount() {
        Sinks.Empty<Void> commit = Sinks.empty();
        for (int i = 0; i < LIMIT; i++) {
            admission.admit(ANN, commit.asMono()).subscribe();
        }
        admission.recount().block();
        assertThatThrownBy(this::placed).isInstanceOf(OverCapacity.class);
        commit.tryEmitEmpty();
        assertThatThrownBy(this::placed).isInstanceOf(OverCapacity.class);
        admission.recount().block();
        assertThat(placed()).isNotNull();
    }

    @Test
    void sagasThatWaitForAFarNudgeDoNotCount() {
        for (int i = 0; i < LIMIT; i++) {
            Order order = placed();
            Order stuck = order.cancelByUser().orElseThrow().order().nudge().order();
            database.committed(store.save(List.of(stuck), Map.of(order.id(), order)));
        }
        admission.recount().block();
        assertThat(placed()).isNotNull();
    }

    @Test
    void oneUserHasAShareAndNoMoreUntilOneOfItsOrdersIsFinal() {
        Admission shared = new Admission(
                new OrderCounts(database.sql(), settings),
                new TestDelivery(database, "order-svc", Shop.CONTRACT).depth(),
                settings(4, 2),
                new OrderMetrics(new SimpleMeterRegistry(), Clock.systemUTC()));
        Order first = placed(shared, ANN);
        placed(shared, ANN);
        assertThatThrownBy(() -> placed(shared, ANN)).isInstanceOf(OverCapacity.class);
        placed(shared, BOB);
        shared.recount().block();
        assertThatThrownBy(() -> placed(shared, ANN)).isInstanceOf(OverCapacity.class);
        Order cancelled = first.cancelByUser().orElseThrow().order();
        database.committed(store.save(List.of(ended(cancelled)), Map.of(first.id(), first)));
        shared.recount().block();
        assertThat(placed(shared, ANN)).isNotNull();
        assertThatThrownBy(() -> placed(shared, ANN)).isInstanceOf(OverCapacity.class);
        placed(shared, BOB);
        assertThat(shared.isClosed()).isTrue();
    }

    private static IntakeSettings settings(int underWay, int underWayOfUser) {
        return new IntakeSettings(underWay, underWayOfUser, Duration.ofDays(1), 1, 1, 1, Duration.ofSeconds(15));
    }

    private Order placed() {
        return placed(admission, ANN);
    }

    private Order placed(Admission admission, UserId user) {
        var id = new TransactionId(Generators.timeBasedEpochGenerator().generate());
        List<Line> lines = List.of(new Line(new ProductId("BOOK"), 1, null));
        Order order = Order.place(id, user, lines, null, Instant.now()).order();
        admission
                .admit(user, Mono.fromCallable(() -> database.committed(store.add(List.of(order)))))
                .block();
        return order;
    }

    private static Order ended(Order cancelling) {
        Order order = cancelling;
        for (ShopEvent response : Events.undone(cancelling.id())) {
            order = order.on(response).order();
        }
        return order;
    }
}
