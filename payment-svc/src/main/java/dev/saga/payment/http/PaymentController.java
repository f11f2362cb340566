package dev.saga.payment.http;

import dev.saga.event.TransactionId;
import dev.saga.payment.domain.Payment;
import dev.saga.payment.store.PaymentStore;
import dev.saga.web.problem.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Serves payments. */
@RestController
final class PaymentController {
    private final PaymentStore payments;

    PaymentController(PaymentStore payments) {
        this.payments = payments;
    }

    /** A payment as callers see it; without amount and payment id if the order was cancelled before it was reserved. */
    record PaymentResource(
            String transactionId,
            @Nullable String paymentId,
            String status,
            @Nullable Long amount,
            int attempts,
            Instant createdAt,
            Instant updatedAt) {
        static PaymentResource of(Payment payment) {
            return new PaymentResource(
                    payment.id().text(),
                    payment.result().paymentId(),
                    payment.status().name(),
                    payment.amount() == null ? null : payment.amount().minor(),
                    payment.attempts(),
                    payment.createdAt(),
                    payment.updatedAt());
        }
    }

    @GetMapping(path = "/payments/{transactionId}", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<PaymentResource> get(@PathVariable String transactionId) {
        return payments.find(TransactionId.of(transactionId))
                .map(PaymentResource::of)
                .switchIfEmpty(Mono.error(
                        () -> Problem.notFound("payment", "There is no payment for " + transactionId + ".")));
    }
}
