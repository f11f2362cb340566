package dev.saga.payment.gateway;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.Money;
import dev.saga.events.PaymentToken;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Takes the money. The transaction's id is the idempotency key: the same call again has the same effect and answer. A
 * charge and its refund are different calls, with different keys on the wire.
 *
 * <p>A gateway may forget its keys, after a day for instance. A charge whose outcome is still unknown when its claim is
 * older than {@code saga.payment.key-lifetime}, default 12 h by the database's clock, is reversed and not asked for again;
 * so the gateway has to keep a key for longer than that. A refund is asked for until it is done, however old it is.
 *
 * <p>An amount of 0 is neither charged nor refunded here.
 */
public interface PaymentGateway {

    /** What to charge. */
    record Charge(TransactionId key, Money amount, @Nullable PaymentToken token) {
        public static Charge of(Payment payment) {
            return new Charge(
                    payment.id(), requireNonNull(payment.amount(), "a tombstone is never charged"), payment.token());
        }
    }

    /**
     * Takes the money; at most one call per key at a time in one process. An error means that nobody knows whether it was
     * taken.
     */
    Mono<ChargeOutcome> charge(Charge charge);

    /**
     * Gives back what was taken under this key, if anything, and makes sure that nothing is taken later. Completes when
     * that is certain, also if the gateway knows of no such charge; an error means that it has to be asked again.
     */
    Mono<Void> refund(TransactionId key);
}
