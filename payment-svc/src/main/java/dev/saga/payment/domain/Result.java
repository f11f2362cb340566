package dev.saga.payment.domain;

import dev.saga.events.PaymentEvent.FailReason;
import org.jspecify.annotations.Nullable;

/**
 * The state of a payment, with the gateway's answer.
 *
 * @param paymentId the gateway's id of the charge; null while nothing was taken
 * @param failReason the reason why it FAILED; null otherwise
 */
public record Result(
        PaymentStatus status,
        @Nullable String paymentId,
        @Nullable FailReason failReason,
        @Nullable String failDetail) {
    static final Result AUTHORIZING = new Result(PaymentStatus.AUTHORIZING, null, null, null);
    static final Result VOIDED = new Result(PaymentStatus.VOIDED, null, null, null);

    static Result completed(String paymentId) {
        return new Result(PaymentStatus.COMPLETED, paymentId, null, null);
    }

    static Result refunded(@Nullable String paymentId) {
        return new Result(PaymentStatus.REFUNDED, paymentId, null, null);
    }

    static Result failed(FailReason reason, String detail) {
        return new Result(PaymentStatus.FAILED, null, reason, detail);
    }
}
