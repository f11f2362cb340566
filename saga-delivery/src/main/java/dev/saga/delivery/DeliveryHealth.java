package dev.saga.delivery;

import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.sql.DatabaseLook;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Part of a service's readiness: its database responds and accepts writes, and its consumers make progress. Reads only
 * what tickers have collected; sends no query.
 */
final class DeliveryHealth implements HealthIndicator {
    private final DatabaseLook database;
    private final ConsumerProgress progress;

    DeliveryHealth(DatabaseLook database, ConsumerProgress progress) {
        this.database = database;
        this.progress = progress;
    }

    @Override
    public Health health() {
        String trouble = database.trouble();
        if (!trouble.isEmpty()) {
            return Health.down().withDetail("database", trouble).build();
        }
        return progress.isStalled()
                ? Health.down()
                        .withDetail("consumer", "records wait, and none was handled for a minute")
                        .build()
                : Health.up().build();
    }
}
