package dev.saga.payment.domain;

import dev.saga.events.PaymentEvent.FailReason;

/** The gateway's answer to a charge, and what it makes of the payment. */
final class Charging {
    private Charging() {}

    static Decision answered(Payment payment, ChargeOutcome outcome, int asked) {
        return payment.status() == PaymentStatus.AUTHORIZING
                ? decide(payment.asked(asked), outcome)
                : tooLate(payment, outcome);
    }

    /** Another instance has settled this already. Money that was taken all the same goes back. */
    private static Decision tooLate(Payment payment, ChargeOutcome outcome) {
        PaymentStatus status = payment.status();
        boolean takenInVain = outcome instanceof ChargeOutcome.Approved
                && (status == PaymentStatus.FAILED || status == PaymentStatus.VOIDED);
        return Decision.of(takenInVain ? payment.claimedAs(Claim.DOUBTFUL) : payment);
    }

    private static Decision decide(Payment payment, ChargeOutcome outcome) {
        return switch (outcome) {
            case ChargeOutcome.Approved approved -> payment.paid(approved.paymentId());
            case ChargeOutcome.Declined declined ->
                notTaken(payment, FailReason.DECLINED, declined.detail(), declined.inDoubt());
            case ChargeOutcome.Unavailable down ->
                notTaken(payment, FailReason.GATEWAY_UNAVAILABLE, down.detail(), down.inDoubt());
        };
    }

    /** While money may have been taken nothing is said: what is said of a failure is that there is none. */
    private static Decision notTaken(Payment payment, FailReason reason, String detail, boolean doubt) {
        boolean doubtful = doubt || payment.inDoubt();
        Payment failed =
                payment.claimedAs(doubtful ? Claim.DOUBTFUL : Claim.NONE).failed(reason, detail);
        return doubtful ? Decision.of(failed) : failed.certain();
    }
}
