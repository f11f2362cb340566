package dev.saga.delivery.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.inbox.Delivery;
import dev.saga.delivery.sql.dialect.DatabaseKind;
import dev.saga.delivery.work.FailurePolicy;
import dev.saga.testing.TestInfra;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses a real database, with a statement that exceeds its time limit. */
class StatementWatchIT {
    private Delivery delivery;

    @BeforeEach
    void start() {
        delivery = Delivery.fresh();
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    @Test
    void aStatementThatTakesTooLongFailsLikeALostConnectionAndAnotherOneWorks() {
        CompletableFuture<Integer> slow = delivery.sql
                .rows(
                        TestInfra.of("SELECT SLEEP(100) AS slept", "SELECT 1 AS slept FROM pg_sleep(100)"),
                        List.of(),
                        row -> Sql.get(row, "slept", Integer.class))
                .next()
                .toFuture();
        await().until(() -> running() == 1);
        StatementWatch.abortOverdue(Duration.ofHours(1)).block(Duration.ofSeconds(5));
        assertThat(slow).isNotDone();
        await().until(() -> {
            StatementWatch.abortOverdue(Duration.ofMillis(1)).block(Duration.ofSeconds(5));
            return slow.isDone();
        });
        assertThat(slow.handle((slept, failure) -> FailurePolicy.isTransient(failure))
                        .join())
                .isTrue();
        if (TestInfra.kind() == DatabaseKind.POSTGRESQL) { // MariaDB notices it only when it sends the result
            await().untilAsserted(() ->
                    assertThat(running()).as("statements on the server").isZero());
        }
        assertThat(delivery.sql.rows("SELECT 1 AS one", List.of(), row -> 1).blockLast(Duration.ofSeconds(5)))
                .isEqualTo(1);
    }

    private long running() {
        return delivery.count(TestInfra.of(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(100)%' AND db = '"
                        + delivery.schema + "'",
                "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE"
                        + " 'SELECT 1 AS slept FROM pg_sleep(100)%' AND datname = '" + delivery.schema + "'"));
    }
}
