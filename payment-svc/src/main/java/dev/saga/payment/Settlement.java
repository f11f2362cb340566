package dev.saga.payment;

import dev.saga.event.TransactionId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Decision;
import dev.saga.payment.domain.Payment;

/** The outcome of work with the gateway, to be stored. */
sealed interface Settlement {
    TransactionId id();

    /** Returns the new state of the payment and the events to publish. */
    Decision decide(Payment payment);

    /** The gateway responded to a charge after {@code attempts} attempts, or never did. */
    record Charged(TransactionId id, ChargeOutcome outcome, int attempts) implements Settlement {
        @Override
        public Decision decide(Payment payment) {
            return payment.charged(outcome, attempts);
        }
    }

    /** The gateway refunded what it had taken, if anything. */
    record Refunded(TransactionId id) implements Settlement {
        @Override
        public Decision decide(Payment payment) {
            return payment.refunded();
        }
    }

    /** The gateway was not called: the order was cancelled before the charge. */
    record Withdrawn(TransactionId id) implements Settlement {
        @Override
        public Decision decide(Payment payment) {
            return payment.withdrawn();
        }
    }
}
