package dev.saga.payment.gateway;

import static java.util.Objects.requireNonNull;

import dev.saga.events.Money;
import dev.saga.events.PaymentToken;
import dev.saga.events.TransactionId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Payment;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Who takes the money. The transaction's id is the idempotency key: the same call again has the same effect and answer. */
public interface PaymentGateway {

    /** What to charge. */
    record Charge(TransactionId key, Money amount, @Nullable PaymentToken token) {
        public static Charge of(Payment payment) {
            return new Charge(
                    payment.id(), requireNonNull(payment.amount(), "a tombstone is never charged"), payment.token());
        }
    }

    /** Takes the money. An error means that nobody knows whether it was taken. */
    Mono<ChargeOutcome> charge(Charge charge);

    /**
     * Gives back what was taken under this key, if anything, and makes sure that nothing is taken later. Completes when
     * that is certain; an error means that it has to be asked again.
     */
    Mono<Void> refund(TransactionId key);
}
