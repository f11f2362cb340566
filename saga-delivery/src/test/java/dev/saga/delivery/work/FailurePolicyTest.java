package dev.saga.delivery.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.sql.StatementTooLarge;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailurePolicyTest {
    static Stream<Throwable> transientOnes() {
        return Stream.of(
                new R2dbcNonTransientResourceException("Connection unexpectedly closed", "08000"),
                new R2dbcNonTransientResourceException(
                        "Fail to establish connection", "H1000", 9000, new ConnectException("refused")),
                new R2dbcTransientResourceException("no connection", new IllegalStateException("pool")),
                new IllegalStateException("wrapped", new TimeoutException("late")),
                new IOException("connection reset"),
                new NotLeaderOrFollowerException("moved"));
    }

    @ParameterizedTest
    @MethodSource("transientOnes")
    void temporaryFailuresAreTransient(Throwable failure) {
        assertThat(FailurePolicy.isTransient(failure)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1213, 1205, 1020, 1062, 1290, 1040, 1927, 1114, 1142})
    void conflictsAndServerErrorsAreTransient(int code) {
        assertThat(FailurePolicy.isTransient(new R2dbcTransientResourceException("server", "HY000", code)))
                .isTrue();
    }

    static Stream<Throwable> faults() {
        return Stream.of(
                new R2dbcNonTransientResourceException("Got a packet bigger than allowed", "08S01", 1153),
                new R2dbcTransientResourceException("Incorrect string value", "HY000", 1366),
                new R2dbcBadGrammarException("Unknown column", "42S22", 1054, "SELECT"),
                new R2dbcNonTransientResourceException("parsing", "H1000", 9000),
                new StatementTooLarge(2, 1),
                new ClassCastException("a bug"),
                new UnsupportedOperationException("nobody thought of it"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everythingElseIsAFault(Throwable failure) {
        assertThat(FailurePolicy.isTransient(failure)).isFalse();
        assertThat(FailurePolicy.isWorthHalving(failure)).isTrue();
    }
}
