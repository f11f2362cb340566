package dev.saga.payment;

import dev.saga.delivery.consumer.CatchUp;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.Batcher;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.delivery.work.Loop;
import dev.saga.delivery.work.Phase;
import dev.saga.event.TransactionId;
import dev.saga.payment.GatewayQueue.Work;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.domain.PaymentStatus;
import dev.saga.payment.provider.PaymentGateway;
import dev.saga.payment.store.PaymentStore;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Charges and refunds payments: calls the gateway outside any transaction, then stores the outcome. Charges and refunds
 * have separate queues, so that neither waits for the other. The work itself is in the database, leased to this
 * instance. After a crash the lease ends, and the sweep of any instance takes the work up under the same key, so that
 * the gateway does it once.
 *
 * <p>A charge is not sent once the cancel of its order is known. A charge that begins right after its claim was stored
 * counts as under way. If it has waited for more than 250 ms, its state is queried before the call. A cancel that this
 * process handles withdraws a charge from its queue.
 */
@Component
final class ChargePayments extends Loop {
    private static final Logger LOG = LoggerFactory.getLogger(ChargePayments.class);

    /**
     * Age of a claim up to which its charge counts as under way. Checking younger charges too would cost one query per
     * payment.
     */
    static final Duration FRESH = Duration.ofMillis(250);

    /** Retries for about a minute and a half; by then the lease has ended. */
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

    ChargePayments(
            PaymentStore store,
            PaymentGateway gateway,
            ChargeRetry chargeRetry,
            Batcher<Settlement, Payment> settlements,
            Batcher<TransactionId, Boolean> fences,
            Transactions transactions,
            CatchUp catchUp,
            PaymentProperties properties) {
        super(Phase.WORK);
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

    /** Returns how many charges can be claimed now: the room for them in memory. */
    int room() {
        return charges.room();
    }

    /**
     * Accepts the work of committed payments. Work that finds no room waits in the database until its lease is over.
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

    /**
     * Withdraws a charge for which the gateway was not called. Returns false if it has begun, or is not in this
     * process.
     */
    boolean withdraw(TransactionId id) {
        return charges.withdraw(id);
    }

    /**
     * Takes up work that no instance does, because its instance died or had no room. Charges wait until this instance
     * has caught up: a cancel may have been published while payment-svc was down.
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
                        .as(transactions::retrying)
                        .doOnNext(taken -> submit(taken, since))
                        .then();
    }

    private Mono<Void> charge(Work work) {
        Payment payment = work.payment();
        Mono<Boolean> fence = fences.submit(payment.id());
        Mono<Settlement> settlement = chargeRetry.charge(gateway, payment, work.isOlderThan(FRESH), fence);
        return settlement
                .flatMap(this::store)
                .onErrorResume(failure -> postpone(payment, failure))
                .then();
    }

    private Mono<Payment> store(Settlement settlement) {
        long since = System.nanoTime();
        return settlements.submit(settlement).doOnNext(settled -> followUp(settled, since));
    }

    /** Submits the refund if a cancel came while the gateway was charging. */
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
                .onErrorResume(failure -> postpone(payment, failure))
                .then();
    }

    private Mono<Payment> postpone(Payment payment, Throwable failure) {
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
    protected Mono<Void> work() {
        return Mono.when(charges.run(this::charge), refunds.run(this::refund));
    }

    /**
     * Accepts no more work and lets the work in memory end. Another instance takes up what is cancelled, after its
     * lease.
     */
    @Override
    protected void wake() {
        charges.complete();
        refunds.complete();
    }
}
