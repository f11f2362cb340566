package dev.saga.payment;

import dev.saga.delivery.inbox.EventHandler;
import dev.saga.delivery.inbox.Handled;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.TransactionId;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.Participant;
import dev.saga.events.PaymentEvent;
import dev.saga.events.ShopEvent;
import dev.saga.events.ShopEventType;
import dev.saga.payment.domain.Claim;
import dev.saga.payment.domain.Decision;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import dev.saga.payment.domain.Trigger;
import dev.saga.payment.store.PaymentStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Handles INVENTORY_RESERVED and ORDER_CANCEL: stores the charge or refund that is to be done, and publishes the
 * response.
 */
@Component
final class PaymentSaga implements EventHandler<Map<TransactionId, Payment>> {
    private static final Set<EventType> CONSUMED = ShopEventType.consumedBy(Participant.PAYMENT);
    private static final Logger LOG = LoggerFactory.getLogger(PaymentSaga.class);

    /** No person replays a parked record sooner than this after its event. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private final PaymentStore store;
    private final ChargePayments charger;
    private final Clock clock;

    PaymentSaga(PaymentStore store, ChargePayments charger, Clock clock) {
        this.store = store;
        this.charger = charger;
        this.clock = clock;
    }

    @Override
    public Set<EventType> consumes() {
        return CONSUMED;
    }

    @Override
    public Mono<Map<TransactionId, Payment>> load(List<Envelope> events) {
        return store.lock(events.stream().map(Envelope::transactionId).collect(Collectors.toSet()));
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh, Map<TransactionId, Payment> before) {
        Map<TransactionId, Payment> written = new LinkedHashMap<>();
        List<OutgoingEvent> events = new ArrayList<>();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        for (Envelope envelope : fresh) {
            TransactionId id = envelope.transactionId();
            Payment current = current(envelope, written.getOrDefault(id, before.get(id)));
            Decision decision = decide(envelope, current, now);
            if (!decision.payment().equals(current)) {
                written.put(id, withTrigger(decision.payment(), envelope));
                log(decision.payment(), envelope);
            }
            decision.events().forEach(event -> events.add(OutgoingEvent.because(envelope, event)));
        }
        return findHeld(fresh, now).map(held -> new Handled(events, store(before, claim(written.values(), held))));
    }

    /** Withdraws a charge that waits in this process when its cancel arrives; the gateway has not been called. */
    private @Nullable Payment current(Envelope envelope, @Nullable Payment known) {
        if (known == null || !known.mayBeCharged() || !(envelope.event() instanceof OrderEvent.Cancel)) {
            return known;
        }
        return charger.withdraw(known.id()) ? known.released() : known;
    }

    /**
     * Returns the sagas among late reservations that have parked records. One of these may be a cancel. A reservation
     * that was not parked has none behind it.
     */
    private Mono<Set<TransactionId>> findHeld(List<Envelope> fresh, Instant now) {
        return store.findHeld(fresh.stream()
                .filter(envelope -> envelope.event() instanceof InventoryEvent.Reserved)
                .filter(envelope -> envelope.time().isBefore(now.minus(LATE)))
                .map(Envelope::transactionId)
                .toList());
    }

    /** Claims the charges that there is room for; a sweep claims the rest. */
    private List<Payment> claim(Collection<Payment> written, Set<TransactionId> held) {
        int room = charger.room();
        List<Payment> claimed = new ArrayList<>(written.size());
        for (Payment payment : written) {
            boolean now = payment.mayBeCharged() && room > 0 && !held.contains(payment.id());
            room -= now ? 1 : 0;
            claimed.add(now ? payment.claimed() : payment);
        }
        return claimed;
    }

    private static Payment withTrigger(Payment payment, Envelope envelope) {
        return payment.task() == GatewayTask.NOTHING
                ? payment
                : payment.withTrigger(new Trigger(envelope.id(), envelope.traceparent()));
    }

    private Mono<Void> store(Map<TransactionId, Payment> before, List<Payment> written) {
        Map<Boolean, List<Payment>> known =
                written.stream().collect(Collectors.partitioningBy(payment -> before.containsKey(payment.id())));
        List<Payment> work = written.stream().filter(PaymentSaga::isLeasedHere).toList();
        long since = System.nanoTime();
        return Sql.pipelined(
                        store.add(known.getOrDefault(false, List.of())),
                        store.save(known.getOrDefault(true, List.of())))
                .then(Transactions.onceCommitted(() -> charger.submit(work, since)));
    }

    /**
     * Returns true for work that is leased to this instance. The cancel of a claimed charge is left to the instance
     * that claimed it.
     */
    private static boolean isLeasedHere(Payment payment) {
        return payment.status() == PaymentStatus.AUTHORIZING
                ? payment.mayBeCharged() && payment.claim() == Claim.HELD
                : payment.task() == GatewayTask.REFUND;
    }

    static Decision decide(Envelope envelope, @Nullable Payment current, Instant now) {
        return switch (ShopEvent.of(envelope)) {
            case InventoryEvent.Reserved reserved -> Payment.on(reserved, current, now);
            case OrderEvent.Cancel cancel -> Payment.on(cancel, current, now);
            case InventoryEvent.Rejected other -> throw notOurs(other.type());
            case InventoryEvent.Released other -> throw notOurs(other.type());
            case OrderEvent.Created other -> throw notOurs(other.type());
            case OrderEvent.Confirmed other -> throw notOurs(other.type());
            case OrderEvent.Cancelled other -> throw notOurs(other.type());
            case PaymentEvent other -> throw notOurs(other.type());
        };
    }

    private static IllegalStateException notOurs(EventType type) {
        return new IllegalStateException("payment-svc does not consume " + type);
    }

    private static void log(Payment payment, Envelope cause) {
        LOG.info(
                "payment transaction_id={} status={} cancelled={} because={} event_id={}",
                payment.id(),
                payment.status(),
                payment.cancelled(),
                cause.event().type(),
                cause.id());
    }
}
