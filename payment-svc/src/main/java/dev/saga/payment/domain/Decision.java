package dev.saga.payment.domain;

import dev.saga.events.PaymentEvent;
import java.util.List;

/** What a payment becomes and what is said about it; the two are stored together. */
public record Decision(Payment payment, List<PaymentEvent> events) {
    static Decision of(Payment payment, PaymentEvent... events) {
        return new Decision(payment, List.of(events));
    }
}
