package dev.saga.payment.provider.simulated;

import dev.saga.delivery.sql.Sql;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The settings of the simulated gateway, kept in the database so that every instance applies them. */
@Component
@OnlySimulated
public class GatewaySettings {
    private static final Duration KNOWN_FOR = Duration.ofMillis(20);
    private static final Duration APPLIED_AFTER = Duration.ofMillis(60);

    /**
     * The settings.
     *
     * @param latencyMillis duration of a call, 0 to 60,000 ms
     * @param failureRate share of the calls that fail in mode FLAKY, 0 to 1
     */
    public record Settings(GatewayMode mode, int latencyMillis, double failureRate) {}

    private final Sql sql;
    private final Mono<Settings> current;

    GatewaySettings(Sql sql) {
        this.sql = sql;
        this.current = read().cache(KNOWN_FOR);
    }

    /** Returns the settings, at most 20 ms old. */
    Mono<Settings> current() {
        return current;
    }

    /** Reads the settings from the database. */
    public Mono<Settings> read() {
        return sql.rows(
                        "SELECT mode, latency_millis, failure_rate FROM simulated_gateway WHERE id = 1",
                        List.of(),
                        GatewaySettings::settings)
                .singleOrEmpty();
    }

    /** Sets the settings; completes after every instance has applied them. */
    public Mono<Settings> set(Settings settings) {
        return sql.update(
                        "UPDATE simulated_gateway SET mode = ?, latency_millis = ?, failure_rate = ? WHERE id = 1",
                        List.of(settings.mode().name(), settings.latencyMillis(), settings.failureRate()))
                .delayElement(APPLIED_AFTER)
                .thenReturn(settings);
    }

    private static Settings settings(Row row) {
        return new Settings(
                GatewayMode.valueOf(Sql.get(row, "mode", String.class)),
                Sql.get(row, "latency_millis", Integer.class),
                Sql.get(row, "failure_rate", Double.class));
    }
}
