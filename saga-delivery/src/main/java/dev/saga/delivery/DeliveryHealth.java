package dev.saga.delivery;

import dev.saga.delivery.consumer.StateReader;
import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.sql.DatabaseLook;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Part of a service's readiness: its database responds and accepts writes, its consumers make progress, and it has
 * read the compacted topics that it needs. Reads only what tickers have collected; sends no query.
 */
final class DeliveryHealth implements HealthIndicator {
    private final DatabaseLook database;
    private final ConsumerProgress progress;
    private final Supplier<Stream<StateReader<?>>> readers;

    DeliveryHealth(DatabaseLook database, ConsumerProgress progress, Supplier<Stream<StateReader<?>>> readers) {
        this.database = database;
        this.progress = progress;
        this.readers = readers;
    }

    @Override
    public Health health() {
        String trouble = database.trouble();
        if (!trouble.isEmpty()) {
            return Health.down().withDetail("database", trouble).build();
        }
        if (!readers.get().allMatch(StateReader::hasCaughtUp)) {
            return Health.down()
                    .withDetail("states", "a compacted topic is not read to its end yet")
                    .build();
        }
        return progress.isStalled()
                ? Health.down()
                        .withDetail("consumer", "records wait, and none was handled for a minute")
                        .build()
                : Health.up().build();
    }
}
