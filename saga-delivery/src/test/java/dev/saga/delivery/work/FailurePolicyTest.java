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
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "40001", "40P01", "55P03", "23505", "25006", "25P03", "57014", "57P01", "57P03", "53300", "53100",
                "08006", "28P01", "42501", "58030"
            })
    void conflictsAndServerErrorsWithoutANumberAreTransient(String state) {
        assertThat(FailurePolicy.isTransient(new R2dbcBadGrammarException("server", state, 0)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42703", "22001", "23502", "22021", "21000", ""})
    void otherStatesWithoutANumberAreFaults(String state) {
        assertThat(FailurePolicy.isTransient(new R2dbcBadGrammarException("server", state, 0)))
                .isFalse();
    }

    @Test
    void aLockWaitOfABatchIsWorthHalvingOnEveryDatabase() {
        assertThat(FailurePolicy.isWorthHalving(new R2dbcBadGrammarException("lock", "55P03", 0)))
                .isTrue();
        assertThat(FailurePolicy.isWorthHalving(new R2dbcBadGrammarException("lock", "HY000", 1205)))
                .isTrue();
        assertThat(FailurePolicy.isWorthHalving(new R2dbcBadGrammarException("deadlock", "40P01", 0)))
                .isFalse();
    }

    static Stream<Throwable> faults() {
        return Stream.of(
                new R2dbcNonTransientResourceException("Got a packet bigger than allowed", "08S01", 1153),
                new R2dbcTransientResourceException("Incorrect string value", "HY000", 1366),
                new R2dbcBadGrammarException("Unknown column", "42S22", 1054, "SELECT"),
                new R2dbcNonTransientResourceException("parsing", "H1000", 9000),
                new StatementTooLarge("2 bytes", 1),
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
