package dev.saga.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Shop;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.inventory.domain.Reservation;
import dev.saga.inventory.domain.Stock;
import dev.saga.inventory.store.ReservationStore;
import dev.saga.inventory.store.StockStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/** Random histories through the real inbox, stores and outbox, in batches, on two consumers at once. */
class InventoryHistoriesIT {
    private static final int SAGAS = 5;
    private static final int STOCK = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestDatabase DATABASE = TestDatabase.migrated();

    private final TestDelivery delivery = new TestDelivery(DATABASE, "inventory-svc", Shop.CONTRACT);
    private final ReservationStore reservations = new ReservationStore(DATABASE.sql());
    private final StockStore stocks = new StockStore(DATABASE.sql(), Clock.systemUTC());
    private final InventorySaga saga = new InventorySaga(reservations, stocks);

    /** An ORDER_CREATED or ORDER_CANCEL of a saga: new, or a repetition of the event with the same number. */
    record Step(int saga, boolean cancel, int number) {}

    @Provide
    Arbitrary<List<List<Step>>> batches() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.integers().between(0, SAGAS - 1),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 1))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(8).list().ofMinSize(2).ofMaxSize(8);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void everyHistoryOnTwoConsumersEndsWithSoundStockAndAllCancelsDone(@ForAll("batches") List<List<Step>> batches) {
        var product = new ProductId("P-" + UUID.randomUUID());
        new SetStock(stocks, DATABASE.transactions())
                .set(new Stock(product, "Book", new Money(100), STOCK, 0), Condition.NONE)
                .block(PATIENCE);
        List<TransactionId> ids = IntStream.range(0, SAGAS)
                .mapToObj(i -> new TransactionId(UUID.randomUUID()))
                .toList();
        Map<Step, Envelope> events = new HashMap<>();
        batches.forEach(batch -> batch.forEach(step ->
                events.computeIfAbsent(step, s -> TestDelivery.event(event(s, ids.get(s.saga()), product)))));

        Mono.when(consumer(0, batches, events), consumer(1, batches, events)).block(PATIENCE);

        Map<TransactionId, Reservation> ends = DATABASE.committed(reservations.lock(ids));
        for (int i = 0; i < SAGAS; i++) {
            judge(i, ids.get(i), ends.get(ids.get(i)), events);
        }
        long held = ends.values().stream()
                .filter(Reservation.Held.class::isInstance)
                .count();
        Stock stock = DATABASE.committed(stocks.lock(Set.of(product))).get(product);
        assertThat(stock.reserved()).as("reserved").isEqualTo(2 * held);
        assertThat(stock.available() + stock.reserved()).as("stock put in").isEqualTo(STOCK);
    }

    private Mono<Void> consumer(int number, List<List<Step>> batches, Map<Step, Envelope> events) {
        return Flux.range(0, batches.size())
                .filter(i -> i % 2 == number)
                .concatMap(i -> delivery.take(
                        saga, batches.get(i).stream().map(events::get).toList()))
                .then();
    }

    private void judge(int number, TransactionId id, Reservation end, Map<Step, Envelope> events) {
        boolean cancelled = events.keySet().stream().anyMatch(step -> step.saga() == number && step.cancel());
        boolean created = events.keySet().stream().anyMatch(step -> step.saga() == number && !step.cancel());
        List<SagaEvent> published = delivery.outboxEvents(id);
        if (cancelled) {
            assertThat(end).isNotInstanceOf(Reservation.Held.class);
            assertThat(published).anyMatch(InventoryEvent.Released.class::isInstance);
            assertThat(published.stream().dropWhile(event -> !(event instanceof InventoryEvent.Released)))
                    .as("published after the release")
                    .noneMatch(InventoryEvent.Reserved.class::isInstance);
        } else if (created) {
            assertThat(end).isInstanceOfAny(Reservation.Held.class, Reservation.Refused.class);
            assertThat(published.stream().distinct()).as("one response").hasSize(1);
        }
    }

    private static SagaEvent event(Step step, TransactionId id, ProductId product) {
        return step.cancel()
                ? new OrderEvent.Cancel(id, CancelReason.TIMED_OUT)
                : new OrderEvent.Created(id, new UserId("ann"), List.of(new Line(product, 2, null)), null);
    }
}
