package dev.saga.payment;

import dev.saga.delivery.FailurePolicy;
import dev.saga.delivery.Intake;
import dev.saga.delivery.Phases;
import dev.saga.delivery.Transactions;
import dev.saga.events.TransactionId;
import dev.saga.payment.domain.GatewayTask;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.gateway.PaymentGateway;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Works off what is to be charged and refunded: calls the gateway outside any transaction, at most so many at once, then
 * has the outcome stored. The work itself is in the database, leased to this instance; after a crash the lease runs out
 * and the sweep of any instance takes it up, under the same key, so that the gateway does it once.
 */
@Component
final class ChargePayments implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ChargePayments.class);
    private static final Duration FINISH = Duration.ofSeconds(10);

    /** About a minute and a half; later its lease is over in any case. */
    private static final int POSTPONE_RETRIES = 25;

    private final PaymentStore store;
    private final PaymentGateway gateway;
    private final Patience patience;
    private final Intake<Settlement, Payment> settlements;
    private final Transactions transactions;
    private final PaymentProperties properties;
    private final Sinks.Many<Queued> queue;
    private final Set<TransactionId> inHand = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private volatile boolean running;

    /** Work in memory; {@code until} is the nano time at which half of its lease is over. */
    private record Queued(Payment payment, long until) {}

    ChargePayments(
            PaymentStore store,
            PaymentGateway gateway,
            Patience patience,
            Intake<Settlement, Payment> settlements,
            Transactions transactions,
            PaymentProperties properties) {
        this.store = store;
        this.gateway = gateway;
        this.patience = patience;
        this.settlements = settlements;
        this.transactions = transactions;
        this.properties = properties;
        this.queue = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(properties.backlog()));
    }

    /** Takes work of committed payments. What finds no room waits in the database until its lease is over. */
    synchronized void submit(List<Payment> work) {
        long until = System.nanoTime() + properties.lease().toNanos() / 2;
        for (Payment payment : work) {
            if (running
                    && inHand.add(payment.id())
                    && queue.tryEmitNext(new Queued(payment, until)).isFailure()) {
                inHand.remove(payment.id());
            }
        }
    }

    /** Takes up work that nobody does: its instance died, or had no room. */
    Mono<Void> sweep() {
        int room = properties.backlog() - inHand.size();
        return room <= 0
                ? Mono.empty()
                : store.takeUp(Math.min(room, properties.batch()))
                        .as(transactions::transactional)
                        .retryWhen(FailurePolicy.whileTransient(3))
                        .doOnNext(this::submit)
                        .then();
    }

    /** What has waited for too long is left to a sweep: before its lease is over another instance would do it too. */
    private Mono<Void> begin(Queued queued) {
        if (System.nanoTime() > queued.until()) {
            inHand.remove(queued.payment().id());
            return Mono.empty();
        }
        return work(queued.payment());
    }

    private Mono<Void> work(Payment payment) {
        return Mono.defer(() -> asked(payment))
                .flatMap(settlements::submit)
                .doOnTerminate(() -> inHand.remove(payment.id()))
                .doOnNext(settled -> followUp(payment, settled))
                .onErrorResume(failure -> later(payment, failure))
                .then();
    }

    private Mono<Settlement> asked(Payment payment) {
        return switch (payment.task()) {
            case CHARGE -> patience.charge(gateway, payment);
            case REFUND -> patience.refund(gateway, payment);
            case NOTHING -> Mono.empty();
        };
    }

    /** A cancel that came while the gateway was asked to charge: now there is something to refund. */
    private void followUp(Payment before, Payment settled) {
        if (settled.task() != GatewayTask.NOTHING && settled.task() != before.task()) {
            submit(List.of(settled));
        }
    }

    private Mono<Payment> later(Payment payment, Throwable failure) {
        LOG.warn(
                "gateway work postponed transaction_id={} task={} reason=\"{}\"",
                payment.id(),
                payment.task(),
                failure.toString());
        return store.postpone(payment, properties.retryRefund())
                .retryWhen(FailurePolicy.whileTransient(POSTPONE_RETRIES))
                .onErrorComplete()
                .then(Mono.empty());
    }

    @Override
    public void start() {
        running = true;
        queue.asFlux()
                .flatMap(this::begin, properties.concurrency())
                .doFinally(end -> finished.tryEmitEmpty())
                .subscribe();
    }

    /** Takes no more work and finishes what is under way, for at most 10 s; the rest is taken up after its lease. */
    @Override
    public void stop() {
        synchronized (this) {
            running = false;
            queue.tryEmitComplete();
        }
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
