package dev.saga.payment;

import dev.saga.delivery.outbox.Outbox;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.event.TransactionId;
import dev.saga.events.PaymentEvent;
import dev.saga.payment.domain.Decision;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.Trigger;
import dev.saga.payment.store.PaymentStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Stores outcomes of the gateway together with the events that follow from them, many outcomes per transaction. */
@Component
class SettlePayments {
    private static final Logger LOG = LoggerFactory.getLogger(SettlePayments.class);
    /** More than usual, about 5 s: without a stored outcome, the charge waits for the end of its lease. */
    private static final int RETRIES = 8;

    private final PaymentStore store;
    private final Outbox outbox;
    private final Transactions transactions;

    SettlePayments(PaymentStore store, Outbox outbox, Transactions transactions) {
        this.store = store;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /** Stores a batch. Returns the payments as they are after the commit, in the same order. */
    Mono<List<Payment>> settle(List<Settlement> batch) {
        Set<TransactionId> ids = batch.stream().map(Settlement::id).collect(Collectors.toSet());
        return store.lock(ids)
                .flatMap(payments -> store(batch, payments))
                .as(transactions::transactional)
                .retryWhen(FailurePolicy.whileTransient(RETRIES));
    }

    private Mono<List<Payment>> store(List<Settlement> batch, Map<TransactionId, Payment> payments) {
        Map<TransactionId, Payment> written = new LinkedHashMap<>();
        List<OutgoingEvent> events = new ArrayList<>();
        List<Payment> settled = new ArrayList<>();
        for (Settlement settlement : batch) {
            Payment before = written.getOrDefault(settlement.id(), known(payments, settlement));
            Decision decision = settlement.decide(before);
            if (!decision.payment().equals(before)) {
                written.put(settlement.id(), decision.payment());
                log(decision.payment());
            }
            decision.events().forEach(event -> events.add(outgoing(before, event)));
            settled.add(decision.payment());
        }
        return Sql.pipelined(store.save(List.copyOf(written.values())), outbox.add(events))
                .thenReturn(settled);
    }

    private static OutgoingEvent outgoing(Payment payment, PaymentEvent event) {
        Trigger trigger = payment.trigger();
        return trigger == null
                ? OutgoingEvent.first(event, null)
                : OutgoingEvent.because(trigger.eventId(), trigger.traceparent(), event);
    }

    private static Payment known(Map<TransactionId, Payment> payments, Settlement settlement) {
        Payment payment = payments.get(settlement.id());
        if (payment == null) {
            throw new IllegalStateException("there is no payment " + settlement.id());
        }
        return payment;
    }

    private static void log(Payment payment) {
        LOG.info(
                "payment transaction_id={} status={} cancelled={} attempts={}",
                payment.id(),
                payment.status(),
                payment.cancelled(),
                payment.attempts());
    }
}
