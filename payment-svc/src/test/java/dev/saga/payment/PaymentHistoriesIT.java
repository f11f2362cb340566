package dev.saga.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.consumer.CatchUp;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.work.Batcher;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import dev.saga.events.CancelReason;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.Shop;
import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.events.value.UserId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import dev.saga.payment.provider.GatewayMetrics;
import dev.saga.payment.provider.PaymentGateway;
import dev.saga.payment.store.PaymentStore;
import dev.saga.testing.TestDatabase;
import dev.saga.testing.TestDelivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Random histories through the real inbox, store and outbox, in batches, on two consumers, while a gateway responds.
 */
class PaymentHistoriesIT {
    private static final int SAGAS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestDatabase DATABASE = TestDatabase.migrated();

    private final TestDelivery delivery = new TestDelivery(DATABASE, "payment-svc", Shop.CONTRACT);
    private final PaymentProperties properties = Settings.of("lease", "1d", "attempts", "1");
    private final PaymentStore store = new PaymentStore(DATABASE.sql(), Clock.systemUTC(), properties.storeSettings());
    private final SettlePayments settle = new SettlePayments(store, delivery.outbox(), DATABASE.transactions());
    private final PaymentSaga saga = new PaymentSaga(store, idle(), Clock.systemUTC());

    /**
     * A step of a saga: an event (new, or a repetition of the event with the same number), or an outcome of the
     * gateway.
     */
    record Step(int saga, What what, int number) {}

    enum What {
        RESERVED,
        CANCEL,
        APPROVE,
        DECLINE,
        DOWN,
        LOSE_THE_RESPONSE
    }

    /** The records of the gateway: a key is charged once, and not at all after its refund. */
    private static final class Bank {
        private final Set<TransactionId> taken = ConcurrentHashMap.newKeySet();
        private final Set<TransactionId> closed = ConcurrentHashMap.newKeySet();
        private final Set<TransactionId> returned = ConcurrentHashMap.newKeySet();

        synchronized ChargeOutcome charge(TransactionId key, What answer) {
            if (closed.contains(key)) {
                return new ChargeOutcome.Declined("closed", false);
            }
            if (answer == What.APPROVE || answer == What.LOSE_THE_RESPONSE || taken.contains(key)) {
                taken.add(key);
            }
            return switch (answer) {
                case LOSE_THE_RESPONSE -> new ChargeOutcome.Unavailable("time-out", true);
                case DECLINE ->
                    taken.contains(key) ? new ChargeOutcome.Approved("p") : new ChargeOutcome.Declined("no", false);
                case DOWN -> new ChargeOutcome.Unavailable("down", false);
                case APPROVE, RESERVED, CANCEL -> new ChargeOutcome.Approved("p");
            };
        }

        synchronized void refund(TransactionId key) {
            closed.add(key);
            if (taken.contains(key)) {
                returned.add(key);
            }
        }

        boolean has(TransactionId key) {
            return taken.contains(key) && !returned.contains(key);
        }
    }

    /** Returns a {@link ChargePayments} that is not started: the test does its work, so that it can inject failures. */
    private ChargePayments idle() {
        PaymentGateway none = new PaymentGateway() {
            @Override
            public Mono<ChargeOutcome> charge(Charge charge) {
                return Mono.error(new AssertionError("not started"));
            }

            @Override
            public Mono<Void> refund(TransactionId key) {
                return Mono.error(new AssertionError("not started"));
            }
        };
        Batcher<Settlement, Payment> settlements = new Batcher<>("none", 1, 1, 1, Duration.ZERO, settle::settle);
        Batcher<TransactionId, Boolean> fences = new Batcher<>("none", 1, 1, 1, Duration.ZERO, store::mayBeCharged);
        var chargeRetry = new ChargeRetry(properties, new GatewayMetrics(new SimpleMeterRegistry()), Spans.none());
        var caughtUp = new CatchUp(() -> true);
        return new ChargePayments(
                store, none, chargeRetry, settlements, fences, DATABASE.transactions(), caughtUp, properties);
    }

    @Provide
    Arbitrary<List<List<Step>>> batches() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.integers().between(0, SAGAS - 1),
                        Arbitraries.of(What.class),
                        Arbitraries.integers().between(0, 1))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(6).list().ofMinSize(2).ofMaxSize(10);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void everyHistoryOnTwoConsumersChargesAtMostOnceAndRefundsCancelledOrders(
            @ForAll("batches") List<List<Step>> batches) {
        var bank = new Bank();
        List<TransactionId> ids = IntStream.range(0, SAGAS)
                .mapToObj(i -> new TransactionId(UUID.randomUUID()))
                .toList();
        Map<Step, Envelope> events = new HashMap<>();
        batches.forEach(batch -> batch.stream()
                .filter(step -> step.what() == What.RESERVED || step.what() == What.CANCEL)
                .forEach(step -> events.computeIfAbsent(step, s -> TestDelivery.event(event(s, ids.get(s.saga()))))));

        Mono.when(consumer(0, batches, events, ids, bank), consumer(1, batches, events, ids, bank))
                .block(PATIENCE);
        for (int round = 0; round < 3; round++) {
            Flux.fromIterable(ids)
                    .concatMap(id -> gateway(id, What.APPROVE, bank))
                    .blockLast(PATIENCE);
        }
        for (int i = 0; i < SAGAS; i++) {
            judge(i, ids.get(i), events, bank);
        }
    }

    private Mono<Void> consumer(
            int number, List<List<Step>> batches, Map<Step, Envelope> events, List<TransactionId> ids, Bank bank) {
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
                            .concatMap(step -> gateway(ids.get(step.saga()), step.what(), bank));
                })
                .then();
    }

    /**
     * Does the work of {@link ChargePayments} for one payment. The first outcome settles a charge of this instance;
     * each later one is a charge that another instance takes up. A cancelled charge is withdrawn or reversed.
     */
    private Mono<Payment> gateway(TransactionId id, What answer, Bank bank) {
        return takeUp(id)
                .flatMap(payment -> switch (payment.task()) {
                    case REFUND -> {
                        bank.refund(id);
                        yield settle.settle(List.of(new Settlement.Refunded(id)));
                    }
                    case CHARGE ->
                        store.mayBeCharged(List.of(id))
                                .flatMap(open -> open.getFirst()
                                        ? settle.settle(List.of(new Settlement.Charged(id, bank.charge(id, answer), 1)))
                                        : settle.settle(List.of(new Settlement.Withdrawn(id))));
                    case NOTHING -> Mono.empty();
                })
                .map(List::getFirst);
    }

    private Mono<Payment> takeUp(TransactionId id) {
        return store.lock(List.of(id))
                .mapNotNull(locked -> locked.get(id))
                .map(payment -> payment.takenUp(false))
                .flatMap(payment -> store.save(List.of(payment)).thenReturn(payment))
                .as(DATABASE.transactions()::transactional);
    }

    private void judge(int number, TransactionId id, Map<Step, Envelope> events, Bank bank) {
        boolean cancelled = events.keySet().stream().anyMatch(s -> s.saga() == number && s.what() == What.CANCEL);
        @Nullable Payment end = store.find(id).block(PATIENCE);
        List<SagaEvent> published = delivery.outboxEvents(id);
        assertThat(end == null || end.task() == GatewayTask.NOTHING)
                .as("at rest")
                .isTrue();
        if (cancelled) {
            assertThat(bank.has(id)).as("money of a cancelled order").isFalse();
            assertThat(published).anyMatch(e -> e instanceof PaymentEvent.Voided || e instanceof PaymentEvent.Refunded);
        } else if (end != null) {
            assertThat(bank.has(id)).isEqualTo(end.status() == PaymentStatus.COMPLETED);
            assertThat(published.stream().distinct()).as("one response").hasSize(1);
        }
        assertThat(published.stream()
                        .dropWhile(e -> !(e instanceof PaymentEvent.Voided || e instanceof PaymentEvent.Refunded)))
                .as("published after VOIDED or REFUNDED")
                .noneMatch(PaymentEvent.Completed.class::isInstance);
    }

    private static SagaEvent event(Step step, TransactionId id) {
        var line = new Line(new ProductId("BOOK"), 2, new Money(1500));
        return step.what() == What.CANCEL
                ? new OrderEvent.Cancel(id, CancelReason.TIMED_OUT)
                : new InventoryEvent.Reserved(id, new UserId("ann"), List.of(line), new Money(3000), null);
    }
}
