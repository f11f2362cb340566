package dev.saga.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

class UnusableDatabaseAnalyzerTest {
    private final UnusableDatabaseAnalyzer analyzer = new UnusableDatabaseAnalyzer(new MockEnvironment()
            .withProperty("saga.database.kind", "postgresql")
            .withProperty("saga.database.address", "127.0.0.1:1")
            .withProperty("saga.database.name", "saga_payment"));

    @Test
    void namesTheDatabaseAndTheReason() {
        var refused = new IllegalStateException(
                "flyway",
                new FlywayException("Unable to obtain connection", new ConnectException("Connection refused")));
        FailureAnalysis analysis = analyzer.analyze(refused);
        assertThat(analysis.getDescription())
                .isEqualTo("The tables could not be prepared in the database saga_payment at 127.0.0.1:1 (postgresql):"
                        + " ConnectException: Connection refused");
        assertThat(analysis.getAction()).contains("saga.database.kind", ".address");
    }
}
