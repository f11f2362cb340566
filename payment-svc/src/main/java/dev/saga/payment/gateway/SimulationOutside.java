package dev.saga.payment.gateway;

import dev.saga.web.UnguardedException;
import dev.saga.web.security.Exposure;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Refuses to start with the simulated gateway where real customers may be: an issuer of tokens is configured, and others
 * than this machine reach the service. {@code saga.payment.simulated=allowed} starts it there all the same.
 */
@Component
@OnlySimulated
final class SimulationOutside {
    SimulationOutside(Exposure exposure, @Value("${saga.payment.simulated:}") String simulated) {
        if (exposure.guarded() && !exposure.isOnLoopback() && !simulated.equals("allowed")) {
            throw new UnguardedException(
                    "It would confirm orders that nobody paid: callers are asked for tokens, and no payment gateway is"
                            + " configured.",
                    "Set saga.payment.gateway-url; or say saga.payment.simulated=allowed if no order is to be paid.");
        }
    }
}
