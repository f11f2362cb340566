package dev.saga.delivery.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.saga.delivery.sql.dialect.DatabaseKind;
import dev.saga.testing.TestInfra;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class DatabaseGuardIT {
    private static final int INSTANCES = 4;
    private static final int ROUNDS = 10;

    private final String schema = TestInfra.newSchema();

    private void start(int shards, boolean durable) {
        Flyway.configure()
                .dataSource(TestInfra.jdbcUrl(schema), TestInfra.user(), TestInfra.password())
                .locations(TestInfra.kind().migrations().getFirst())
                .callbacks(new DatabaseGuard(TestInfra.kind().dialect(), shards, durable))
                .load()
                .migrate();
    }

    private void sql(String text) {
        try (Connection session =
                        DriverManager.getConnection(TestInfra.jdbcUrl(schema), TestInfra.user(), TestInfra.password());
                Statement statement = session.createStatement()) {
            statement.execute(text);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FailureAnalysis printed(Throwable failure) {
        return new UnsafeSettingAnalyzer().analyze(failure);
    }

    @Test
    void theNumberOfShardsIsThatOfTheFirstStartUntilTheOutboxIsEmptied() {
        start(3, true);
        start(3, true);
        for (int other : new int[] {2, 4}) {
            assertThatThrownBy(() -> start(other, true)).satisfies(failure -> {
                assertThat(printed(failure).getDescription())
                        .startsWith("saga.delivery.outbox-shards is " + other + ", but the outbox was created with 3");
                assertThat(printed(failure).getAction()).startsWith("Set saga.delivery.outbox-shards=3.");
            });
        }
        sql("DELETE FROM relay_lease");
        start(2, true);
    }

    @Test
    void instancesThatStartAtTheSameTimeAgreeOnTheNumberOfShards() throws Exception {
        start(2, true);
        for (int round = 0; round < ROUNDS; round++) {
            sql("DELETE FROM relay_lease");
            try (ExecutorService instances = Executors.newFixedThreadPool(INSTANCES)) {
                for (Future<?> started :
                        instances.invokeAll(Collections.nCopies(INSTANCES, Executors.callable(() -> start(2, true))))) {
                    started.get();
                }
            }
        }
    }

    @Test
    void aServerThatForgetsCommitsStopsTheStartUnlessThatIsAccepted() {
        assumeTrue(TestInfra.kind() == DatabaseKind.MARIADB, "PostgreSQL changes fsync for the whole server only");
        sql("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
        try {
            assertThatThrownBy(() -> start(1, true)).satisfies(failure -> {
                assertThat(printed(failure).getDescription())
                        .contains("innodb_flush_log_at_trx_commit is 2 instead of 1");
                assertThat(printed(failure).getAction()).contains("saga.database.durable=false");
            });
            start(1, false);
        } finally {
            sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
        }
        start(1, true);
    }
}
