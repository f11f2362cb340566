package dev.saga.payment;

import dev.saga.event.TransactionId;
import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.payment.domain.Decision;
import dev.saga.payment.domain.Payment;

/** What the gateway has done, to be stored. */
sealed interface Settlement {
    TransactionId id();

    /** What the payment becomes. */
    Decision decide(Payment payment);

    /** The gateway answered a charge after so many attempts, or never did. */
    record Charged(TransactionId id, ChargeOutcome outcome, int attempts) implements Settlement {
        @Override
        public Decision decide(Payment payment) {
            return payment.charged(outcome, attempts);
        }
    }

    /** The gateway gave back what it had taken, if anything. */
    record Refunded(TransactionId id) implements Settlement {
        @Override
        public Decision decide(Payment payment) {
            return payment.refunded();
        }
    }

    /** The gateway was not asked to charge: the order was cancelled before. */
    record Withdrawn(TransactionId id) implements Settlement {
        @Override
        public Decision decide(Payment payment) {
            return payment.withdrawn();
        }
    }
}
