package dev.saga.payment.domain;

import dev.saga.events.PaymentEvent.FailReason;

/** Decides on the outcome of a charge. */
final class Charging {
    private Charging() {}

    static Decision settle(Payment payment, ChargeOutcome outcome, int attempts) {
        return payment.status() == PaymentStatus.AUTHORIZING
                ? decide(payment.withAttempts(attempts), outcome)
                : tooLate(payment, outcome);
    }

    /** Handles an outcome after another instance has settled the payment. Money that was taken is refunded. */
    private static Decision tooLate(Payment payment, ChargeOutcome outcome) {
        PaymentStatus status = payment.status();
        boolean takenInVain = outcome instanceof ChargeOutcome.Approved
                && (status == PaymentStatus.FAILED || status == PaymentStatus.VOIDED);
        return Decision.of(takenInVain ? payment.withClaim(Claim.DOUBTFUL) : payment);
    }

    private static Decision decide(Payment payment, ChargeOutcome outcome) {
        return switch (outcome) {
            case ChargeOutcome.Approved approved -> payment.complete(approved.paymentId());
            case ChargeOutcome.Declined declined ->
                notTaken(payment, FailReason.DECLINED, declined.detail(), declined.inDoubt());
            case ChargeOutcome.Unavailable down ->
                notTaken(payment, FailReason.GATEWAY_UNAVAILABLE, down.detail(), down.inDoubt());
        };
    }

    /** Publishes nothing while money may have been taken: a published failure means that none was taken. */
    private static Decision notTaken(Payment payment, FailReason reason, String detail, boolean doubt) {
        boolean doubtful = doubt || payment.inDoubt();
        Payment failed =
                payment.withClaim(doubtful ? Claim.DOUBTFUL : Claim.NONE).withFailure(reason, detail);
        return doubtful ? Decision.of(failed) : failed.settleUntaken();
    }
}
