package dev.saga.payment.provider;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Takes the money. The transaction's id is the idempotency key: a repeated call has the same effect and outcome. A
 * charge and its refund are different calls, with different keys on the wire.
 *
 * <p>A gateway may forget its keys, for instance after a day. A charge whose outcome is still unknown when its claim is
 * older than {@code saga.payment.key-lifetime}, default 12 h by the clock of the database, is reversed and not sent
 * again. So the gateway has to keep a key for longer than that. A refund is retried until it is done, at any age.
 *
 * <p>An amount of 0 is neither charged nor refunded here.
 */
public interface PaymentGateway {

    /** The charge to make. */
    record Charge(TransactionId key, Money amount, @Nullable PaymentToken token) {
        public static Charge of(Payment payment) {
            return new Charge(
                    payment.id(), requireNonNull(payment.amount(), "a tombstone is never charged"), payment.token());
        }
    }

    /**
     * Takes the money; at most one call per key at a time in one process. An error means that it is unknown if the
     * money was taken.
     */
    Mono<ChargeOutcome> charge(Charge charge);

    /**
     * Refunds the charge under this key, if any, and makes sure that nothing is taken later. Completes when that is
     * certain, also if the gateway knows no such charge. An error means that the refund has to be retried.
     */
    Mono<Void> refund(TransactionId key);
}
