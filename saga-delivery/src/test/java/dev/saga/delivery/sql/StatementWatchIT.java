package dev.saga.delivery.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.inbox.Delivery;
import dev.saga.delivery.work.FailurePolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses a real MariaDB, with a statement that exceeds its time limit. */
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
                .rows("SELECT SLEEP(100) AS slept", List.of(), row -> Sql.get(row, "slept", Integer.class))
                .next()
                .toFuture();
        await().until(() -> delivery.count("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE"
                        + " 'SELECT SLEEP(100)%' AND db = '" + delivery.schema + "'")
                == 1);
        StatementWatch.abortOverdue(Duration.ofHours(1)).block(Duration.ofSeconds(5));
        assertThat(slow).isNotDone();
        await().until(() -> {
            StatementWatch.abortOverdue(Duration.ofMillis(1)).block(Duration.ofSeconds(5));
            return slow.isDone();
        });
        assertThat(slow.handle((slept, failure) -> FailurePolicy.isTransient(failure))
                        .join())
                .isTrue();
        assertThat(delivery.sql.rows("SELECT 1 AS one", List.of(), row -> 1).blockLast(Duration.ofSeconds(5)))
                .isEqualTo(1);
    }
}
