package dev.saga.web.management;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /health_check}: 200 while the process runs. For readiness, see {@code /actuator/health/readiness}. */
@RestController
public final class HealthCheckController {
    private final Health health;

    record Health(String status, String service) {}

    HealthCheckController(@Value("${spring.application.name}") String service) {
        health = new Health("UP", service);
    }

    @GetMapping("/health_check")
    Health check() {
        return health;
    }
}
