package dev.saga.events;

import static java.util.Objects.requireNonNull;

import dev.saga.event.TransactionId;
import dev.saga.events.value.Money;

/** An event that payment-svc publishes. */
public sealed interface PaymentEvent extends ShopEvent {

    /** The money was taken. */
    record Completed(TransactionId transactionId, String paymentId, Money amount) implements PaymentEvent {
        public Completed {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(paymentId, "payment_id is missing");
            requireNonNull(amount, "amount is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.PAYMENT_COMPLETED;
        }

        @Override
        public String detail() {
            return "charged " + amount.minor();
        }
    }

    /** No money was taken. */
    record Failed(TransactionId transactionId, FailReason reason, String detail) implements PaymentEvent {
        public Failed {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(reason, "reason is missing");
            requireNonNull(detail, "detail is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.PAYMENT_FAILED;
        }
    }

    /** A response to ORDER_CANCEL: no money was taken and none will be. */
    record Voided(TransactionId transactionId) implements PaymentEvent {
        public Voided {
            requireNonNull(transactionId, "transaction_id is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.PAYMENT_VOIDED;
        }

        @Override
        public String detail() {
            return "";
        }
    }

    /** A response to ORDER_CANCEL: the money that was taken was refunded. */
    record Refunded(TransactionId transactionId, String paymentId, Money amount) implements PaymentEvent {
        public Refunded {
            requireNonNull(transactionId, "transaction_id is missing");
            requireNonNull(paymentId, "payment_id is missing");
            requireNonNull(amount, "amount is missing");
        }

        @Override
        public ShopEventType type() {
            return ShopEventType.PAYMENT_REFUNDED;
        }

        @Override
        public String detail() {
            return "gave back " + amount.minor();
        }
    }

    /** The reason why a payment failed. */
    enum FailReason {
        DECLINED,
        GATEWAY_UNAVAILABLE,
        /** A reason that this version does not know. */
        OTHER
    }
}
