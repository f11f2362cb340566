package dev.saga.testing;

import dev.saga.delivery.Sql;
import dev.saga.delivery.Transactions;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;
import reactor.core.publisher.Mono;

/** A service's database, empty and migrated, on a real server; for tests of stores. */
public final class TestDatabase {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Sql sql;
    private final Transactions transactions;

    private TestDatabase(ConnectionFactory connections) {
        this.sql = new Sql(connections);
        this.transactions = new Transactions(connections);
    }

    /** The settings of a session, as the services have them. */
    public static final String SESSION = session();

    private static String session() {
        try {
            var defaults = new YamlPropertySourceLoader().load("defaults", new ClassPathResource("saga-defaults.yaml"));
            return String.valueOf(defaults.getFirst().getProperty("spring.r2dbc.properties.sessionVariables"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema of the service whose migrations are on the class path. */
    public static TestDatabase migrated() {
        String schema = TestInfra.newSchema();
        String user = TestInfra.get().mariaDbUser();
        String password = TestInfra.get().mariaDbPassword();
        Flyway.configure()
                .dataSource(TestInfra.jdbcUrl(schema), user, password)
                .locations("classpath:db/delivery", "classpath:db/migration")
                .load()
                .migrate();
        String[] address = TestInfra.get().mariaDb().split(":", -1);
        return new TestDatabase(ConnectionFactories.get(ConnectionFactoryOptions.builder()
                .option(Option.valueOf("autocommit"), "false")
                .option(ConnectionFactoryOptions.DRIVER, "mariadb")
                .option(ConnectionFactoryOptions.HOST, address[0])
                .option(ConnectionFactoryOptions.PORT, Integer.parseInt(address[1]))
                .option(ConnectionFactoryOptions.USER, user)
                .option(ConnectionFactoryOptions.PASSWORD, password)
                .option(ConnectionFactoryOptions.DATABASE, schema)
                .option(Option.valueOf("sessionVariables"), SESSION)
                .build()));
    }

    public Transactions transactions() {
        return transactions;
    }

    public Sql sql() {
        return sql;
    }

    /** Runs a step in a transaction of its own and waits for it. */
    public <T> @Nullable T committed(Mono<T> step) {
        return step.as(transactions::transactional).block(PATIENCE);
    }
}
