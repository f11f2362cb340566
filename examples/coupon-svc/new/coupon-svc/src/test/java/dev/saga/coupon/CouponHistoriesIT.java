package dev.saga.coupon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.coupon.domain.Redemption;
import dev.saga.coupon.store.CouponStore;
import dev.saga.coupon.store.RedemptionStore;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.CouponEvent;
import dev.saga.events.Events;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Shop;
import dev.saga.events.value.CouponCode;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Random histories of orders with one coupon, through the real inbox, stores and outbox, on two consumers at once. */
class CouponHistoriesIT {
    private static final int SAGAS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestDatabase DATABASE = TestDatabase.migrated();

    private final TestDelivery delivery = new TestDelivery(DATABASE, "coupon-svc", Shop.CONTRACT);
    private final RedemptionStore redemptions = new RedemptionStore(DATABASE.sql());
    private final CouponStore coupons = new CouponStore(DATABASE.sql());
    private final CouponSaga saga = new CouponSaga(redemptions, coupons);

    /** An INVENTORY_RESERVED or ORDER_CANCEL of a saga: new, or a repetition of the event with the same number. */
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
    void everyHistoryOnTwoConsumersLeavesTheCouponWithOneOrderAndAllCancelsDone(
            @ForAll("batches") List<List<Step>> batches) {
        var code = new CouponCode("C-" + UUID.randomUUID());
        new CreateCoupon(coupons, DATABASE.transactions())
                .create(code, new Money(500))
                .block(PATIENCE);
        List<TransactionId> ids = Stream.generate(Events::newSaga).limit(SAGAS).toList();
        Map<Step, Envelope> events = new HashMap<>();
        batches.forEach(batch -> batch.forEach(step ->
                events.computeIfAbsent(step, s -> TestDelivery.event(event(s, ids.get(s.saga()), code)))));

        Mono.when(consumer(0, batches, events), consumer(1, batches, events)).block(PATIENCE);

        Map<TransactionId, Redemption> ends = DATABASE.committed(redemptions.lock(ids));
        for (int i = 0; i < SAGAS; i++) {
            judge(i, ids.get(i), ends.get(ids.get(i)), events);
        }
        List<TransactionId> holders = ends.values().stream()
                .filter(Redemption.Redeemed.class::isInstance)
                .map(Redemption::id)
                .toList();
        TransactionId holder = coupons.find(code).block(PATIENCE).redeemedBy();
        assertThat(holders).isEqualTo(holder == null ? List.of() : List.of(holder));
    }

    private Mono<Void> consumer(int number, List<List<Step>> batches, Map<Step, Envelope> events) {
        return Flux.range(0, batches.size())
                .filter(i -> i % 2 == number)
                .concatMap(i -> delivery.take(
                        saga, batches.get(i).stream().map(events::get).toList()))
                .then();
    }

    private void judge(int number, TransactionId id, Redemption end, Map<Step, Envelope> events) {
        boolean cancelled = events.keySet().stream().anyMatch(step -> step.saga() == number && step.cancel());
        boolean reserved = events.keySet().stream().anyMatch(step -> step.saga() == number && !step.cancel());
        List<SagaEvent> published = delivery.outboxEvents(id);
        if (cancelled) {
            assertThat(end).isNotInstanceOf(Redemption.Redeemed.class);
            assertThat(published).anyMatch(CouponEvent.Returned.class::isInstance);
            assertThat(published.stream().dropWhile(event -> !(event instanceof CouponEvent.Returned)))
                    .as("published after the return")
                    .noneMatch(CouponEvent.Redeemed.class::isInstance);
        } else if (reserved) {
            assertThat(end).isInstanceOfAny(Redemption.Redeemed.class, Redemption.Refused.class);
            assertThat(published.stream().distinct()).as("one response").hasSize(1);
        }
    }

    private static SagaEvent event(Step step, TransactionId id, CouponCode code) {
        Money price = new Money(1500);
        return step.cancel()
                ? new OrderEvent.Cancel(id, CancelReason.TIMED_OUT)
                : new InventoryEvent.Reserved(
                        id, Events.ANN, List.of(new Line(Events.BOOK, 1, price)), price, null, code);
    }
}
