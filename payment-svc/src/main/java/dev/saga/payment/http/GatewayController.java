package dev.saga.payment.http;

import dev.saga.delivery.work.Detached;
import dev.saga.payment.provider.simulated.GatewayMode;
import dev.saga.payment.provider.simulated.GatewaySettings;
import dev.saga.payment.provider.simulated.GatewaySettings.Settings;
import dev.saga.payment.provider.simulated.OnlySimulated;
import dev.saga.web.problem.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * Reads and sets the mode of the simulated gateway, for instance to watch a rollback. Absent if a real gateway is
 * configured.
 */
@RestController
@OnlySimulated
@RequestMapping(path = "/payment-gateway", produces = MediaType.APPLICATION_JSON_VALUE)
final class GatewayController {
    private static final int LONGEST_MILLIS = 60_000;

    private final GatewaySettings settings;

    GatewayController(GatewaySettings settings) {
        this.settings = settings;
    }

    record Request(
            @Nullable GatewayMode mode,
            @Nullable Integer latencyMillis,
            @Nullable Double failureRate) {
        Settings settings() {
            if (mode == null) {
                throw Problem.invalid("mode", "must be APPROVE, DECLINE, UNAVAILABLE or FLAKY");
            }
            int latency = latencyMillis == null ? 0 : latencyMillis;
            double rate = failureRate == null ? 0.0 : failureRate;
            if (latency < 0 || latency > LONGEST_MILLIS) {
                throw Problem.invalid("latencyMillis", "must be 0 to " + LONGEST_MILLIS + " but is " + latency);
            }
            if (!(rate >= 0.0 && rate <= 1.0)) {
                throw Problem.invalid("failureRate", "must be 0 to 1 but is " + rate);
            }
            return new Settings(mode, latency, rate);
        }
    }

    @GetMapping
    Mono<Settings> get() {
        return settings.read();
    }

    /** Sets the mode. Responds after every instance has applied it. */
    @PutMapping
    Mono<Settings> put(@RequestBody Request request) {
        return Detached.run(settings.set(request.settings()));
    }
}
