package dev.saga.payment.domain;

import dev.saga.events.PaymentEvent;
import java.util.List;

/** The new state of a payment and the events to publish; both are stored together. */
public record Decision(Payment payment, List<PaymentEvent> events) {
    static Decision of(Payment payment, PaymentEvent... events) {
        return new Decision(payment, List.of(events));
    }
}
