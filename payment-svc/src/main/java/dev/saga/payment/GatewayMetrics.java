package dev.saga.payment;

import dev.saga.payment.domain.ChargeOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/**
 * The meters of the payment gateway; their names are an interface. {@code saga.payment.gateway.answers} counts each
 * attempt of a call, by {@code operation} ({@code charge}, {@code refund}) and {@code outcome}.
 */
@Component
final class GatewayMetrics {
    private static final String CHARGE = "charge";
    private static final String REFUND = "refund";

    private final MeterRegistry registry;
    private final Counter approved;
    private final Counter declined;
    private final Counter unavailable;
    private final Counter inDoubt;
    private final Counter refunded;
    private final Counter refundFailed;

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        approved = counter(CHARGE, "approved");
        declined = counter(CHARGE, "declined");
        unavailable = counter(CHARGE, "unavailable");
        inDoubt = counter(CHARGE, "in-doubt");
        refunded = counter(REFUND, "done");
        refundFailed = counter(REFUND, "failed");
    }

    private Counter counter(String operation, String outcome) {
        return Counter.builder("saga.payment.gateway.answers")
                .description("responses of the payment gateway; in-doubt: money may have been taken")
                .tags("operation", operation, "outcome", outcome)
                .register(registry);
    }

    void charged(ChargeOutcome outcome) {
        switch (outcome) {
            case ChargeOutcome.Approved yes -> approved.increment();
            case ChargeOutcome.Declined no -> declined.increment();
            case ChargeOutcome.Unavailable down -> (down.inDoubt() ? inDoubt : unavailable).increment();
        }
    }

    void refunded() {
        refunded.increment();
    }

    void refundFailed(Throwable failure) {
        refundFailed.increment();
    }
}
