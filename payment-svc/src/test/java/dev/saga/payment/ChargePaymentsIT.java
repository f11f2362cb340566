package dev.saga.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.consumer.CatchUp;
import dev.saga.delivery.trace.Spans;
import dev.saga.delivery.work.Batcher;
import dev.saga.event.Envelope;
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
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Cancels that arrive while charges wait: one call at a time, the real store, and a gateway that responds on command.
 */
class ChargePaymentsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static TestDatabase database;

    private final PaymentProperties properties =
            Settings.of("concurrency", "1", "refund-concurrency", "1", "timeout", "1m", "lease", "10m");
    private final Queue<TransactionId> charged = new ConcurrentLinkedQueue<>();
    private final Queue<TransactionId> refunded = new ConcurrentLinkedQueue<>();
    private final Sinks.One<ChargeOutcome> answer = Sinks.one();
    private final Sinks.Empty<Void> refundAnswer = Sinks.empty();
    private volatile boolean caughtUp = true;
    private TestDelivery delivery;
    private PaymentStore store;
    private Batcher<Settlement, Payment> settlements;
    private Batcher<TransactionId, Boolean> fences;
    private ChargePayments charger;
    private PaymentSaga saga;

    @BeforeAll
    static void migrate() {
        database = TestDatabase.migrated();
    }

    @BeforeEach
    void start() {
        database.committed(database.sql().update("DELETE FROM payment", List.of()));
        database.committed(database.sql().update("DELETE FROM dead_letter", List.of()));
        delivery = new TestDelivery(database, "payment-svc", Shop.CONTRACT);
        store = new PaymentStore(database.sql(), Clock.systemUTC(), properties.storeSettings());
        var settle = new SettlePayments(store, delivery.outbox(), database.transactions());
        settlements = new Batcher<>("settlements", 100, 100, 1, Duration.ZERO, settle::settle);
        fences = new Batcher<>("fences", 100, 100, 1, Duration.ZERO, store::mayBeCharged);
        charger = charger();
        saga = new PaymentSaga(store, charger, Clock.systemUTC());
        settlements.start();
        fences.start();
        charger.start();
    }

    private ChargePayments charger() {
        PaymentGateway gateway = new PaymentGateway() {
            @Override
            public Mono<ChargeOutcome> charge(Charge charge) {
                charged.add(charge.key());
                return answer.asMono();
            }

            @Override
            public Mono<Void> refund(TransactionId key) {
                refunded.add(key);
                return refundAnswer.asMono();
            }
        };
        var chargeRetry = new ChargeRetry(properties, new GatewayMetrics(new SimpleMeterRegistry()), Spans.none());
        var catchUp = new CatchUp(() -> caughtUp);
        return new ChargePayments(
                store, gateway, chargeRetry, settlements, fences, database.transactions(), catchUp, properties);
    }

    @AfterEach
    void stop() {
        approve();
        refundAnswer.tryEmitEmpty();
        charger.stop();
        fences.stop();
        settlements.stop();
    }

    @Test
    void aCancelOfAChargeThatWaitsInThisProcessIsVoidedAtOnceAndTheGatewayIsNeverCalled() {
        TransactionId first = reserve();
        TransactionId waiting = reserve();
        cancel(waiting);
        assertThat(delivery.outboxEvents(waiting)).containsExactly(new PaymentEvent.Voided(waiting));
        approve();
        awaitPublished(first, PaymentEvent.Completed.class);
        TransactionId last = reserve();
        awaitPublished(last, PaymentEvent.Completed.class);
        assertThat(charged).containsExactly(first, last);
    }

    @Test
    void aCancelThatAnotherInstanceHandlesWhileTheChargeWaitsHereIsNeverChargedEither() {
        TransactionId first = reserve();
        TransactionId waiting = reserve();
        handleElsewhere(cancelEvent(waiting));
        assertThat(delivery.outboxEvents(waiting)).as("it may be under way").isEmpty();
        awaitStale();
        approve();
        awaitPublished(waiting, PaymentEvent.Voided.class);
        assertThat(charged).containsExactly(first);
        assertThat(refunded).isEmpty();
    }

    @Test
    void aReservationAndItsCancelInOneBatchAreNotCharged() {
        var id = new TransactionId(UUID.randomUUID());
        delivery.take(saga, List.of(TestDelivery.event(reserved(id, 100)), cancelEvent(id)))
                .block(PATIENCE);
        assertThat(delivery.outboxEvents(id)).containsExactly(new PaymentEvent.Voided(id));
        assertThat(charged).isEmpty();
    }

    @Test
    void aCancelDuringTheChargeIsAnsweredOnceTheMoneyIsRefunded() {
        TransactionId id = reserve();
        await().atMost(PATIENCE).until(() -> charged.contains(id));
        cancel(id);
        assertThat(delivery.outboxEvents(id)).isEmpty();
        approve();
        await().atMost(PATIENCE).until(() -> refunded.contains(id));
        assertThat(delivery.outboxEvents(id)).isEmpty();
        refundAnswer.tryEmitEmpty();
        awaitPublished(id, PaymentEvent.Refunded.class);
    }

    @Test
    void aSweepAfterACrashReversesACancelledChargeAndNeverSendsIt() {
        var id = new TransactionId(UUID.randomUUID());
        claimElsewhere(id);
        handleElsewhere(cancelEvent(id));
        endLeases();
        charger.sweep().block(PATIENCE);
        await().atMost(PATIENCE).until(() -> refunded.contains(id));
        assertThat(delivery.outboxEvents(id)).as("not before it is reversed").isEmpty();
        refundAnswer.tryEmitEmpty();
        awaitPublished(id, PaymentEvent.Voided.class);
        assertThat(charged).isEmpty();
    }

    @Test
    void aSweepSendsNothingBeforeItsInstanceHasCaughtUp() {
        var id = new TransactionId(UUID.randomUUID());
        claimElsewhere(id);
        endLeases();
        caughtUp = false;
        charger.sweep().block(PATIENCE);
        cancel(id);
        caughtUp = true;
        charger.sweep().block(PATIENCE);
        await().atMost(PATIENCE).until(() -> refunded.contains(id));
        assertThat(charged).isEmpty();
    }

    @Test
    void aReservationThatIsReplayedBeforeItsParkedCancelIsNotCharged() {
        var id = new TransactionId(UUID.randomUUID());
        park(id);
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        Envelope late = new Envelope(UUID.randomUUID(), "/inventory-svc", yesterday, null, null, reserved(id, 100));
        replay(late);
        charger.sweep().block(PATIENCE);
        assertThat(store.find(id).block(PATIENCE).status()).isEqualTo(PaymentStatus.AUTHORIZING);
        replay(cancelEvent(id));
        assertThat(delivery.outboxEvents(id)).containsExactly(new PaymentEvent.Voided(id));
        TransactionId next = reserve();
        await().atMost(PATIENCE).until(() -> charged.contains(next));
        assertThat(charged).containsExactly(next);
    }

    @Test
    void refundsThatHangDoNotKeepChargesFromTheGateway() {
        approve();
        TransactionId paid = reserve();
        awaitPublished(paid, PaymentEvent.Completed.class);
        cancel(paid);
        await().atMost(PATIENCE).until(() -> refunded.contains(paid));
        TransactionId next = reserve();
        awaitPublished(next, PaymentEvent.Completed.class);
        assertThat(delivery.outboxEvents(paid)).noneMatch(PaymentEvent.Refunded.class::isInstance);
    }

    @Test
    void nothingToPayIsPaidWithoutTheGateway() {
        var id = new TransactionId(UUID.randomUUID());
        handle(saga, TestDelivery.event(reserved(id, 0)));
        assertThat(delivery.outboxEvents(id)).hasOnlyElementsOfType(PaymentEvent.Completed.class);
        cancel(id);
        assertThat(delivery.outboxEvents(id)).last().isInstanceOf(PaymentEvent.Refunded.class);
        assertThat(charged).isEmpty();
        assertThat(refunded).isEmpty();
    }

    private void approve() {
        answer.tryEmitValue(new ChargeOutcome.Approved("pay-1"));
    }

    private TransactionId reserve() {
        var id = new TransactionId(UUID.randomUUID());
        handle(saga, TestDelivery.event(reserved(id, 100)));
        return id;
    }

    private void cancel(TransactionId id) {
        handle(saga, cancelEvent(id));
    }

    /** Handles an event on an instance that has nothing in memory. */
    private void handleElsewhere(Envelope envelope) {
        handle(new PaymentSaga(store, charger(), Clock.systemUTC()), envelope);
    }

    /** Stores a charge that another instance has claimed before it died. */
    private void claimElsewhere(TransactionId id) {
        Payment intent = Payment.on(reserved(id, 100), null, Instant.now()).payment();
        database.committed(store.add(List.of(intent.claimed())));
    }

    private void handle(PaymentSaga by, Envelope envelope) {
        delivery.take(by, List.of(envelope)).block(PATIENCE);
    }

    /** Handles a parked record as a replay does. */
    private void replay(Envelope envelope) {
        List<Envelope> alone = List.of(envelope);
        database.committed(saga.load(alone)
                .flatMap(state -> saga.handle(alone, state))
                .flatMap(handled -> handled.writes()
                        .then(delivery.outbox().add(handled.events()))
                        .thenReturn(true)));
    }

    /**
     * Waits until the claims are older than {@link ChargePayments#FRESH}, so that their state is queried before the
     * call.
     */
    private static void awaitStale() {
        long since = System.nanoTime();
        await().until(() -> System.nanoTime() - since > ChargePayments.FRESH.toNanos());
    }

    private void endLeases() {
        database.committed(database.sql()
                .update(
                        "UPDATE payment SET due_at = "
                                + database.sql().dialect().before("3600000000"),
                        List.of()));
    }

    /** Parks a record of a saga, as the inbox would. */
    private void park(TransactionId id) {
        database.committed(database.sql()
                .update(
                        "INSERT INTO dead_letter (transaction_id, topic, partition_no, offset_no, record_time, kind, reason,"
                                + " parked_at)"
                                + " VALUES (?, 'order', 99, 0, 0, 'handler', 'waits', "
                                + database.sql().dialect().now() + ")",
                        List.of(id.value())));
    }

    private void awaitPublished(TransactionId id, Class<? extends PaymentEvent> type) {
        await().atMost(PATIENCE).until(() -> delivery.outboxEvents(id).stream().anyMatch(type::isInstance));
    }

    private static InventoryEvent.Reserved reserved(TransactionId id, long total) {
        var line = new Line(new ProductId("BOOK"), 1, new Money(total));
        return new InventoryEvent.Reserved(id, new UserId("ann"), List.of(line), new Money(total), null);
    }

    private static Envelope cancelEvent(TransactionId id) {
        return TestDelivery.event(new OrderEvent.Cancel(id, CancelReason.TIMED_OUT));
    }
}
