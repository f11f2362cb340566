package dev.saga.payment;

import dev.saga.delivery.EventHandler;
import dev.saga.delivery.Handled;
import dev.saga.delivery.Said;
import dev.saga.delivery.Sql;
import dev.saga.delivery.Transactions;
import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import dev.saga.events.InventoryEvent;
import dev.saga.events.OrderEvent;
import dev.saga.events.PaymentEvent;
import dev.saga.events.TransactionId;
import dev.saga.payment.domain.Decision;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.Trigger;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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

/** What payment-svc does with what the others say: it stores what is to be charged or refunded, and answers. */
@Component
final class PaymentSaga implements EventHandler<Map<TransactionId, Payment>> {
    private static final Logger LOG = LoggerFactory.getLogger(PaymentSaga.class);

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
        return Set.of(EventType.INVENTORY_RESERVED, EventType.ORDER_CANCEL);
    }

    @Override
    public Mono<Map<TransactionId, Payment>> load(List<Envelope> events) {
        return store.lock(events.stream().map(Envelope::transactionId).collect(Collectors.toSet()));
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh, Map<TransactionId, Payment> before) {
        Map<TransactionId, Payment> written = new LinkedHashMap<>();
        List<Said> said = new ArrayList<>();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        for (Envelope envelope : fresh) {
            TransactionId id = envelope.transactionId();
            Payment current = written.getOrDefault(id, before.get(id));
            Decision decision = decide(envelope, current, now);
            if (!decision.payment().equals(current)) {
                written.put(id, triggered(decision.payment(), envelope));
                log(decision.payment(), envelope);
            }
            decision.events().forEach(event -> said.add(Said.because(envelope, event)));
        }
        return Mono.just(new Handled(said, stored(before, List.copyOf(written.values()))));
    }

    /** A charge that was there before is leased to whoever stored it. */
    private static boolean isOurs(Payment payment, boolean wasThere) {
        return switch (payment.task()) {
            case CHARGE -> !wasThere;
            case REFUND -> true;
            case NOTHING -> false;
        };
    }

    private static Payment triggered(Payment payment, Envelope envelope) {
        return payment.task() == GatewayTask.NOTHING
                ? payment
                : payment.askedBy(new Trigger(envelope.id(), envelope.traceparent()));
    }

    private Mono<Void> stored(Map<TransactionId, Payment> before, List<Payment> written) {
        Map<Boolean, List<Payment>> known =
                written.stream().collect(Collectors.partitioningBy(payment -> before.containsKey(payment.id())));
        List<Payment> work = written.stream()
                .filter(payment -> isOurs(payment, before.containsKey(payment.id())))
                .toList();
        return Sql.pipelined(
                        store.add(known.getOrDefault(false, List.of())),
                        store.save(known.getOrDefault(true, List.of())))
                .then(Transactions.onceCommitted(() -> charger.submit(work)));
    }

    private static Decision decide(Envelope envelope, @Nullable Payment current, Instant now) {
        return switch (envelope.event()) {
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
