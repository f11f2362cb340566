package dev.saga.payment.provider.simulated;

import dev.saga.web.UnguardedException;
import dev.saga.web.security.Exposure;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Refuses to start with the simulated gateway if real customers may use it: a token issuer is configured, and the
 * service is reachable from other machines. {@code saga.payment.simulated=allowed} starts it all the same.
 */
@Component
@OnlySimulated
final class SimulationOutside {
    SimulationOutside(Exposure exposure, @Value("${saga.payment.simulated:}") String simulated) {
        if (exposure.guarded() && !exposure.isOnLoopback() && !simulated.equals("allowed")) {
            throw new UnguardedException(
                    "It would confirm orders without payment: authentication is on, but no payment gateway is"
                            + " configured.",
                    "Set saga.payment.gateway-url, or saga.payment.simulated=allowed if no order is to be paid.");
        }
    }
}
