package dev.saga.delivery.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.inbox.Delivery;
import dev.saga.testing.TestInfra;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PruningIT {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private Delivery delivery;
    private Pruning pruning;

    @BeforeEach
    void start() {
        delivery = Delivery.fresh();
        pruning = new Pruning(delivery.sql, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    @Test
    void deletesOnlyOldRowsInManyBatches() {
        fill(2_500, NOW.minus(WEEK).minusMillis(1));
        fill(10, NOW.minus(WEEK));
        fill(10, NOW);
        prune();
        assertThat(rows()).isEqualTo(20);
        prune();
        assertThat(rows()).isEqualTo(20);
    }

    @Test
    void neverLocksMoreThanAThousandRowsAtOnce() throws Exception {
        fill(2_500, NOW.minus(WEEK).minusSeconds(1));
        String locked =
                delivery.text("SELECT transaction_id FROM event_log ORDER BY transaction_id LIMIT 1 OFFSET 1500");
        try (Connection connection = TestInfra.connect(delivery.schema);
                Statement statement = connection.createStatement()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM event_log WHERE transaction_id = '" + locked + "' FOR UPDATE");
            var blocked = pruning.byId("event_log", "transaction_id", WEEK).toFuture();
            org.awaitility.Awaitility.await().until(() -> rows() == 1_500);
            assertThat(blocked).isNotDone();
            connection.rollback();
            blocked.get();
        }
        assertThat(rows()).isZero();
    }

    @Test
    void deletesOnlyResolvedDeadLetters() {
        delivery.execute("INSERT INTO dead_letter (topic, partition_no, offset_no, record_time, kind, reason,"
                + " parked_at, resolved_at) VALUES"
                + " ('order', 0, 1, 0, 'handler', 'x', '2026-01-01', '2026-01-02'), ('order', 0, 2, 0, 'handler', 'x', '2026-01-01', NULL),"
                + " ('order', 0, 3, 0, 'handler', 'x', '2026-01-01', '2026-11-20')");
        pruning.byTime("dead_letter", "resolved_at", WEEK).block(Duration.ofSeconds(10));
        assertThat(delivery.count("SELECT SUM(offset_no) FROM dead_letter")).isEqualTo(5);
    }

    @Test
    void theSmallestIdOfAMillisecondIsNotAboveAnyOtherOfIt() {
        UUID smallest = Pruning.smallest(NOW);
        String milliseconds = "%012x".formatted(NOW.toEpochMilli());
        assertThat(smallest)
                .hasToString(
                        milliseconds.substring(0, 8) + "-" + milliseconds.substring(8) + "-7000-8000-000000000000");
    }

    private void prune() {
        pruning.byId("event_log", "transaction_id", WEEK).block(Duration.ofSeconds(20));
    }

    private long rows() {
        return delivery.count("SELECT COUNT(*) FROM event_log");
    }

    /** Adds sagas that began at that time, one event each. */
    private void fill(int sagas, Instant began) {
        UUID first = Pruning.smallest(began);
        String head = first.toString().substring(0, 24);
        delivery.execute("INSERT INTO event_log (transaction_id, event_id)"
                + TestInfra.of(
                        " SELECT CONCAT('" + head + "', LPAD(HEX(seq), 12, '0')), UUID() FROM seq_1_to_" + sagas,
                        " SELECT CAST('" + head + "' || LPAD(TO_HEX(seq), 12, '0') AS UUID), gen_random_uuid()"
                                + " FROM generate_series(1, " + sagas + ") AS seq"));
    }
}
