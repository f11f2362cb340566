package dev.saga.payment.provider;

import dev.saga.payment.domain.ChargeOutcome;
import dev.saga.web.meter.DurationTimer;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The meters of the payment gateway; their names are an interface. Each attempt of a call is one measurement. */
@Component
public final class GatewayMetrics {
    private static final String CHARGE = "charge";
    private static final String REFUND = "refund";

    private final MeterRegistry registry;
    private final Timer approved;
    private final Timer declined;
    private final Timer unavailable;
    private final Timer inDoubt;
    private final Timer refunded;
    private final Timer refundFailed;
    private volatile @Nullable CircuitBreaker breaker;

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        approved = calls(CHARGE, "approved");
        declined = calls(CHARGE, "declined");
        unavailable = calls(CHARGE, "unavailable");
        inDoubt = calls(CHARGE, "in-doubt");
        refunded = calls(REFUND, "done");
        refundFailed = calls(REFUND, "failed");
        Gauge.builder("saga.payment.gateway.circuit", this, GatewayMetrics::openOrNot)
                .description("0 while charges are sent to the gateway, 1 while the circuit breaker rejects them")
                .register(registry);
    }

    private Timer calls(String operation, String outcome) {
        return DurationTimer.named(
                        "saga.payment.gateway.call.duration",
                        "attempts of a call of the payment gateway; in-doubt: money may have been taken")
                .tags("operation", operation, "outcome", outcome)
                .register(registry);
    }

    /** Sets the circuit breaker in front of the gateway; the simulated gateway has none. */
    void circuit(CircuitBreaker ofTheGateway) {
        breaker = ofTheGateway;
    }

    private double openOrNot() {
        CircuitBreaker known = breaker;
        return known == null || known.getState() == CircuitBreaker.State.CLOSED ? 0 : 1;
    }

    public void charged(ChargeOutcome outcome, Duration took) {
        Timer timer = switch (outcome) {
            case ChargeOutcome.Approved yes -> approved;
            case ChargeOutcome.Declined no -> declined;
            case ChargeOutcome.Unavailable down -> down.inDoubt() ? inDoubt : unavailable;
        };
        timer.record(took);
    }

    public void refunded(Duration took) {
        refunded.record(took);
    }

    public void refundFailed(Duration took) {
        refundFailed.record(took);
    }
}
