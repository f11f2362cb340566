package dev.saga.delivery.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.inbox.Delivery;
import dev.saga.testing.TestInfra;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Uses a real database, with a pool of four connections. */
class TransactionsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String DUPLICATE = TestInfra.of("Duplicate", "duplicate");
    private static final int MORE_THAN_THE_POOL_HAS = 10;

    private final AtomicInteger steps = new AtomicInteger();
    private Delivery delivery;

    @BeforeEach
    void start() {
        delivery = Delivery.fresh();
        delivery.execute("CREATE TABLE thing (id INT PRIMARY KEY)");
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    private Mono<Long> add(int id) {
        return delivery.sql.update("INSERT INTO thing VALUES (?)", List.of(id));
    }

    private long stored() {
        return delivery.count("SELECT COUNT(*) FROM thing");
    }

    private <T> T run(Mono<T> work) {
        return work.as(delivery.transactions::transactional).block(PATIENCE);
    }

    @Test
    void changesAreInvisibleBeforeTheCommit() {
        Mono<Long> seen = add(1).then(Mono.fromSupplier(this::stored));
        assertThat(run(seen)).isZero();
        assertThat(stored()).isOne();
    }

    @Test
    void rollsBackIfAStepFails() {
        assertThatThrownBy(() -> run(add(1).then(add(1)))).hasMessageContaining(DUPLICATE);
        assertThat(stored()).isZero();
    }

    @Test
    void runsAfterCommitStepsOnlyAfterTheCommit() {
        Mono<Void> step = Transactions.onceCommitted(() -> steps.addAndGet((int) stored()));
        run(step.then(add(1)));
        assertThat(steps).hasValue(1);
        assertThatThrownBy(() -> run(step.then(add(1)))).hasMessageContaining(DUPLICATE);
        assertThat(steps).hasValue(1);
    }

    @Test
    void connectionsAreAlwaysReturned() {
        for (int i = 0; i < MORE_THAN_THE_POOL_HAS; i++) {
            run(add(i));
            int same = i;
            assertThatThrownBy(() -> run(add(same))).hasMessageContaining(DUPLICATE);
            assertThatThrownBy(() -> run(killed())).isNotNull();
            delivery.sql.rows("SELECT 1 AS one", List.of(), row -> 1).blockLast(PATIENCE);
        }
        assertThat(stored()).isEqualTo(MORE_THAN_THE_POOL_HAS);
    }

    /** Adds a row on a connection that is lost before the commit. */
    private Mono<Long> killed() {
        return add(-1).then(delivery.sql
                .rows(
                        TestInfra.of("SELECT CONNECTION_ID() AS id", "SELECT CAST(pg_backend_pid() AS BIGINT) AS id"),
                        List.of(),
                        row -> Sql.get(row, "id", Long.class))
                .single()
                .doOnNext(id -> delivery.execute(
                        TestInfra.of("KILL " + id, "SELECT pg_terminate_backend(CAST(" + id + " AS INT), 5000)"))));
    }

    @Test
    void aStatementAloneIsCommittedAndOneThatFailsLeavesNothingLocked() {
        delivery.sql.update("INSERT INTO thing VALUES (1)", List.of()).block(PATIENCE);
        assertThat(stored()).isOne();
        assertThatThrownBy(() -> add(1).block(PATIENCE)).hasMessageContaining(DUPLICATE);
        assertThatThrownBy(() -> run(add(1))).hasMessageContaining(DUPLICATE);
        delivery.execute("DELETE FROM thing WHERE id = 1");
        assertThat(stored()).isZero();
    }

    @Test
    void isOneTransactionOnSessionsWithAutocommit() {
        var committing = new Transactions(new Connections(delivery.committing()));
        assertThatThrownBy(
                        () -> add(1).then(add(1)).as(committing::transactional).block(PATIENCE))
                .hasMessageContaining(DUPLICATE);
        assertThat(stored()).isZero();
        add(1).as(committing::transactional).block(PATIENCE);
        assertThat(stored()).isOne();
    }

    @Test
    void refusesNestedTransactions() {
        Mono<Long> inner = add(1).as(delivery.transactions::transactional);
        assertThatThrownBy(() -> run(inner)).hasMessageContaining("inside");
        assertThatThrownBy(
                        () -> Transactions.onceCommitted(steps::incrementAndGet).block(PATIENCE))
                .hasMessageContaining("no transaction");
    }
}
