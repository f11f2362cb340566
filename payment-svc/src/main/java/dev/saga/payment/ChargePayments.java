package dev.saga.payment;

import dev.saga.delivery.consumer.CatchUp;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.delivery.work.Phases;
import dev.saga.event.TransactionId;
import dev.saga.payment.GatewayQueue.Work;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import dev.saga.payment.gateway.PaymentGateway;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Works off what is to be charged and refunded: calls the gateway outside any transaction, then has the outcome stored.
 * Charges and refunds wait apart, so that neither waits for the other. The work itself is in the database, leased to
 * this instance; after a crash the lease runs out and the sweep of any instance takes it up, under the same key, so that
 * the gateway does it once.
 *
 * <p>A charge is not asked for once its order's cancel is known. What is begun right after its claim was stored counts as
 * under way; what has waited for longer than 250 ms is looked up before, and a cancel that this process handles takes back
 * what waits in its queue.
 */
@Component
final class ChargePayments implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ChargePayments.class);
    private static final Duration FINISH = Duration.ofSeconds(10);

    /** Age of a claim up to which its charge counts as under way: to look each one up would cost every payment a query. */
    static final Duration FRESH = Duration.ofMillis(250);

    /** About a minute and a half; later its lease is over in any case. */
    private static final int POSTPONE_RETRIES = 25;

    private final PaymentStore store;
    private final PaymentGateway gateway;
    private final ChargeRetry chargeRetry;
    private final Batcher<Settlement, Payment> settlements;
    private final Batcher<TransactionId, Boolean> fences;
    private final Transactions transactions;
    private final CatchUp catchUp;
    private final PaymentProperties properties;
    private final GatewayQueue charges;
    private final GatewayQueue refunds;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private volatile boolean running;

    ChargePayments(
            PaymentStore store,
            PaymentGateway gateway,
            ChargeRetry chargeRetry,
            Batcher<Settlement, Payment> settlements,
            Batcher<TransactionId, Boolean> fences,
            Transactions transactions,
            CatchUp catchUp,
            PaymentProperties properties) {
        this.store = store;
        this.gateway = gateway;
        this.chargeRetry = chargeRetry;
        this.settlements = settlements;
        this.fences = fences;
        this.transactions = transactions;
        this.catchUp = catchUp;
        this.properties = properties;
        this.charges = new GatewayQueue(properties.backlog(), properties.concurrency(), properties.lease());
        this.refunds = new GatewayQueue(properties.backlog(), properties.refundConcurrency(), properties.lease());
    }

    /** How many charges can be claimed now, because there is room for them in memory. */
    int room() {
        return charges.room();
    }

    /**
     * Takes work of committed payments. What finds no room waits in the database until its lease is over.
     *
     * @param since a nano time from before the lease began
     */
    void submit(List<Payment> work, long since) {
        for (Payment payment : work) {
            switch (payment.task()) {
                case CHARGE -> charges.submit(payment, since);
                case REFUND -> refunds.submit(payment, since);
                case NOTHING -> {}
            }
        }
    }

    /** Takes back a charge for which the gateway was not asked; false if it is under way, or not here. */
    boolean withdraw(TransactionId id) {
        return charges.withdraw(id);
    }

    /**
     * Takes up work that nobody does: its instance died, or had no room. Charges wait until this instance has caught up:
     * the cancel of one may have come while payment-svc was away.
     */
    Mono<Void> sweep() {
        return Mono.defer(() -> catchUp.isDone() ? sweep(true, charges) : Mono.empty())
                .then(Mono.defer(() -> sweep(false, refunds)));
    }

    private Mono<Void> sweep(boolean forCharges, GatewayQueue queue) {
        long since = System.nanoTime();
        int room = Math.min(queue.room(), properties.batch());
        return room == 0
                ? Mono.empty()
                : store.takeUp(forCharges, room)
                        .as(transactions::transactional)
                        .retryWhen(FailurePolicy.whileTransient(3))
                        .doOnNext(taken -> submit(taken, since))
                        .then();
    }

    private Mono<Void> charge(Work work) {
        Payment payment = work.payment();
        Mono<Boolean> fence = fences.submit(payment.id());
        Mono<Settlement> answer = chargeRetry.charge(gateway, payment, work.isOlderThan(FRESH), fence);
        return answer.flatMap(this::stored)
                .onErrorResume(failure -> postponed(payment, failure))
                .then();
    }

    private Mono<Payment> stored(Settlement settlement) {
        long since = System.nanoTime();
        return settlements.submit(settlement).doOnNext(settled -> followUp(settled, since));
    }

    /** A cancel that came while the gateway was asked to charge: now there is something to refund. */
    private void followUp(Payment settled, long since) {
        if (settled.task() == GatewayTask.REFUND && settled.status() != PaymentStatus.AUTHORIZING) {
            submit(List.of(settled), since);
        }
    }

    private Mono<Void> refund(Work work) {
        Payment payment = work.payment();
        return chargeRetry
                .refund(gateway, payment)
                .flatMap(settlements::submit)
                .onErrorResume(failure -> postponed(payment, failure))
                .then();
    }

    private Mono<Payment> postponed(Payment payment, Throwable failure) {
        LOG.warn(
                "gateway work postponed transaction_id={} task={} reason=\"{}\"",
                payment.id(),
                payment.task(),
                failure.toString());
        return store.postpone(List.of(payment.id()))
                .retryWhen(FailurePolicy.whileTransient(POSTPONE_RETRIES))
                .onErrorComplete()
                .then(Mono.empty());
    }

    @Override
    public void start() {
        running = true;
        Mono.when(charges.run(this::charge), refunds.run(this::refund))
                .doFinally(end -> finished.tryEmitEmpty())
                .subscribe();
    }

    /** Takes no more work and finishes what is under way, for at most 10 s; the rest is taken up after its lease. */
    @Override
    public void stop() {
        running = false;
        charges.complete();
        refunds.complete();
        finished.asMono().timeout(FINISH, Mono.empty()).block();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.WORKING;
    }
}
