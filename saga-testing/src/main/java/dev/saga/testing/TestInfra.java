package dev.saga.testing;

import dev.saga.local.Infra;
import dev.saga.local.SharedInfra;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/**
 * Selects the tests' broker and database, in this class alone: {@code -Dinfra=local} (child processes, the default) or
 * {@code -Dinfra=containers} (Testcontainers).
 */
public final class TestInfra {
    private static final Infra CHOSEN = choose(System.getProperty("infra", "local"));

    private TestInfra() {}

    private static Infra choose(String infra) {
        return switch (infra) {
            case "local" -> SharedInfra.ofThisBuild();
            case "containers" -> ContainersInfra.start();
            default -> throw new IllegalArgumentException("-Dinfra must be local or containers, not " + infra);
        };
    }

    /** Returns the infrastructure, started and ready. */
    public static Infra get() {
        return CHOSEN;
    }

    /** Returns a name that no other test uses, for a schema or for a topic prefix. */
    public static String uniqueName() {
        return "t" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Creates an empty database and returns its name. */
    public static String newSchema() {
        String schema = uniqueName();
        try (Connection server = connect("");
                Statement statement = server.createStatement()) {
            statement.execute("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return schema;
    }

    /** Opens a connection as the administrator. */
    public static Connection connect(String schema) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(schema), CHOSEN.mariaDbUser(), CHOSEN.mariaDbPassword());
    }

    /** Returns options for connections as the administrator, with the session settings of the services. */
    public static ConnectionFactoryOptions sessions(String schema) {
        String[] address = CHOSEN.mariaDb().split(":", -1);
        return ConnectionFactoryOptions.builder()
                .option(Option.valueOf("autocommit"), "false")
                .option(ConnectionFactoryOptions.DRIVER, "mariadb")
                .option(ConnectionFactoryOptions.HOST, address[0])
                .option(ConnectionFactoryOptions.PORT, Integer.parseInt(address[1]))
                .option(ConnectionFactoryOptions.USER, CHOSEN.mariaDbUser())
                .option(ConnectionFactoryOptions.PASSWORD, CHOSEN.mariaDbPassword())
                .option(ConnectionFactoryOptions.DATABASE, schema)
                .option(Option.valueOf("sessionVariables"), sessionVariables())
                .build();
    }

    private static String sessionVariables() {
        try {
            var defaults = new YamlPropertySourceLoader().load("defaults", new ClassPathResource("saga-defaults.yaml"));
            return String.valueOf(defaults.getFirst().getProperty("spring.r2dbc.properties.sessionVariables"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String jdbcUrl(String schema) {
        return "jdbc:mariadb://" + CHOSEN.mariaDb() + "/" + schema;
    }
}
