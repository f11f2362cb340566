package dev.saga.payment.domain;

import static java.util.Objects.requireNonNull;

import dev.saga.events.PaymentEvent;

/** The events that a payment publishes. */
final class Answer {
    private Answer() {}

    /**
     * Repeats the response to an INVENTORY_RESERVED that was decided before; none while the decision waits for the
     * gateway.
     */
    static Decision repeat(Payment payment) {
        return switch (payment.status()) {
            case AUTHORIZING -> Decision.of(payment);
            case COMPLETED -> payment.cancelled() ? Decision.of(payment) : Decision.of(payment, completed(payment));
            case FAILED -> payment.inDoubt() ? Decision.of(payment) : Decision.of(payment, failed(payment));
            case VOIDED -> payment.amount() == null ? Decision.of(payment) : Decision.of(payment, voided(payment));
            case REFUNDED -> Decision.of(payment, refunded(payment));
        };
    }

    static PaymentEvent completed(Payment payment) {
        return new PaymentEvent.Completed(
                payment.id(), requireNonNull(payment.result().paymentId()), requireNonNull(payment.amount()));
    }

    static PaymentEvent failed(Payment payment) {
        return new PaymentEvent.Failed(
                payment.id(),
                requireNonNull(payment.result().failReason()),
                requireNonNull(payment.result().failDetail()));
    }

    static PaymentEvent voided(Payment payment) {
        return new PaymentEvent.Voided(payment.id());
    }

    static PaymentEvent refunded(Payment payment) {
        return new PaymentEvent.Refunded(
                payment.id(), requireNonNull(payment.result().paymentId()), requireNonNull(payment.amount()));
    }
}
