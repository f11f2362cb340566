package dev.saga.testing;

import dev.saga.delivery.sql.Connections;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.StatementLimit;
import dev.saga.delivery.sql.Transactions;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A service's database on a real server, empty and migrated; for tests of stores. */
public final class TestDatabase {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final Sql sql;
    private final Transactions transactions;

    private TestDatabase(ConnectionFactory connections) {
        var leases = new Connections(connections);
        this.sql = new Sql(leases, new StatementLimit());
        this.transactions = new Transactions(leases);
    }

    /** Creates the schema of the service whose migrations are on the class path. */
    public static TestDatabase migrated() {
        String schema = TestInfra.newSchema();
        Flyway.configure()
                .dataSource(TestInfra.jdbcUrl(schema), TestInfra.user(), TestInfra.password())
                .locations(TestInfra.kind().migrations().toArray(String[]::new))
                .load()
                .migrate();
        return new TestDatabase(pooled(ConnectionFactories.get(TestInfra.sessions(schema))));
    }

    /** Returns a pool on PostgreSQL, where opening a session for each statement takes most of a test's time. */
    private static ConnectionFactory pooled(ConnectionFactory sessions) {
        return switch (TestInfra.kind()) {
            case MARIADB -> sessions;
            case POSTGRESQL ->
                new ConnectionPool(ConnectionPoolConfiguration.builder(sessions)
                        .initialSize(0)
                        .maxSize(16)
                        .maxIdleTime(Duration.ofSeconds(10))
                        .build());
        };
    }

    public Transactions transactions() {
        return transactions;
    }

    public Sql sql() {
        return sql;
    }

    /** Runs a step in a transaction of its own and waits for its result. */
    public <T> @Nullable T committed(Mono<T> step) {
        return step.as(transactions::transactional).block(LONGEST_WAIT);
    }
}
