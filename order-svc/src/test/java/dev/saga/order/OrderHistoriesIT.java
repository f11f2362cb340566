package dev.saga.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.Shop;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.order.domain.Order;
import dev.saga.order.domain.OrderStatus;
import dev.saga.order.meter.OrderMetrics;
import dev.saga.order.store.OrderStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Random events, cancels and nudges through the real inbox, store and outbox, in batches, on two consumers at once. */
class OrderHistoriesIT {
    private static final int SAGAS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Money TOTAL = new Money(3000);
    private static final List<Line> LINES = List.of(new Line(new ProductId("BOOK"), 2, new Money(1500)));
    private static final TestDatabase DATABASE = TestDatabase.migrated();

    private final TestDelivery delivery = new TestDelivery(DATABASE, "order-svc", Shop.CONTRACT);
    private final OrderStore store = new OrderStore(DATABASE.sql(), Clock.systemUTC(), Duration.ofDays(1));
    private final OrderSaga saga = new OrderSaga(store, new OrderMetrics(new SimpleMeterRegistry(), Clock.systemUTC()));
    private final OrderCommands commands =
            new OrderCommands(store, delivery.outbox(), delivery.audit(), DATABASE.transactions());

    /**
     * A step of a saga: an event (new, or a repetition of the event with the same number), or a command of a person.
     */
    record Step(int saga, What what, int number) {}

    enum What {
        RESERVED,
        REJECTED,
        RELEASED,
        COMPLETED,
        FAILED,
        VOIDED,
        REFUNDED,
        USER_CANCELS,
        NUDGE
    }

    @Provide
    Arbitrary<List<List<Step>>> batches() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.integers().between(0, SAGAS - 1),
                        Arbitraries.of(What.class),
                        Arbitraries.integers().between(0, 1))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(8).list().ofMinSize(2).ofMaxSize(8);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void everyHistoryOnTwoConsumersPublishesEachEndOnce(@ForAll("batches") List<List<Step>> batches) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<Order> orders = IntStream.range(0, SAGAS)
                .mapToObj(i -> Order.place(new TransactionId(UUID.randomUUID()), new UserId("ann"), LINES, null, now)
                        .order())
                .toList();
        DATABASE.committed(store.add(orders));
        Map<Step, Envelope> events = new HashMap<>();
        batches.forEach(batch -> batch.stream()
                .filter(step -> step.what().compareTo(What.USER_CANCELS) < 0)
                .forEach(step -> events.computeIfAbsent(
                        step,
                        s -> TestDelivery.event(
                                event(s.what(), orders.get(s.saga()).id())))));

        Mono.when(consumer(0, batches, events, orders), consumer(1, batches, events, orders))
                .block(PATIENCE);
        orders.forEach(order -> judge(order.id()));
    }

    private Mono<Void> consumer(int number, List<List<Step>> batches, Map<Step, Envelope> events, List<Order> orders) {
        return Flux.range(0, batches.size())
                .filter(i -> i % 2 == number)
                .concatMap(i -> {
                    List<Envelope> consumed = batches.get(i).stream()
                            .filter(events::containsKey)
                            .map(events::get)
                            .toList();
                    return delivery.take(saga, consumed)
                            .thenMany(Flux.fromIterable(batches.get(i)))
                            .filter(step -> !events.containsKey(step))
                            .concatMap(step -> person(step, orders.get(step.saga())));
                })
                .then();
    }

    private Mono<?> person(Step step, Order order) {
        return step.what() == What.NUDGE ? commands.nudge(order.id()) : commands.cancel(order.userId(), order.id());
    }

    private void judge(TransactionId id) {
        Order end = store.find(id).block(PATIENCE);
        List<SagaEvent> published = delivery.outboxEvents(id);
        long confirmed = published.stream()
                .filter(OrderEvent.Confirmed.class::isInstance)
                .count();
        long cancelled = published.stream()
                .filter(OrderEvent.Cancelled.class::isInstance)
                .count();
        assertThat(confirmed).as("ORDER_CONFIRMED").isLessThanOrEqualTo(1);
        assertThat(cancelled).as("ORDER_CANCELLED").isEqualTo(end.status() == OrderStatus.CANCELLED ? 1 : 0);
        if (end.status() == OrderStatus.CONFIRMED) {
            assertThat(confirmed).isEqualTo(1);
            assertThat(published).noneMatch(OrderEvent.Cancel.class::isInstance);
        }
        if (end.status() == OrderStatus.CANCELLING) {
            assertThat(published).anyMatch(OrderEvent.Cancel.class::isInstance);
        }
        assertThat(published.stream()
                        .dropWhile(event -> !(event instanceof OrderEvent.Cancelled))
                        .skip(1))
                .as("published after ORDER_CANCELLED")
                .isEmpty();
    }

    private static SagaEvent event(What what, TransactionId id) {
        return switch (what) {
            case RESERVED -> new InventoryEvent.Reserved(id, new UserId("ann"), LINES, TOTAL, null);
            case REJECTED ->
                new InventoryEvent.Rejected(
                        id,
                        InventoryEvent.RejectReason.OUT_OF_STOCK,
                        LINES.getFirst().productId());
            case RELEASED -> new InventoryEvent.Released(id, LINES);
            case COMPLETED -> new PaymentEvent.Completed(id, "p", TOTAL);
            case FAILED -> new PaymentEvent.Failed(id, PaymentEvent.FailReason.DECLINED, "no");
            case VOIDED -> new PaymentEvent.Voided(id);
            case REFUNDED -> new PaymentEvent.Refunded(id, "p", TOTAL);
            case USER_CANCELS, NUDGE -> throw new IllegalArgumentException("no event");
        };
    }
}
