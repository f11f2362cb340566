package dev.saga.testing;

import dev.saga.delivery.sql.dialect.DatabaseKind;
import dev.saga.local.Infra;
import dev.saga.local.SharedInfra;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/**
 * Selects the tests' broker and database, in this class alone: {@code -Dinfra=local} (child processes, the default) or
 * {@code -Dinfra=containers} (Testcontainers).
 */
public final class TestInfra {
    private static final DatabaseKind KIND =
            DatabaseKind.valueOf(System.getProperty("database", "mariadb").toUpperCase(Locale.ROOT));
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

    /** Returns the kind of the tests' database, {@code -Ddatabase=mariadb} (the default) or {@code postgresql}. */
    public static DatabaseKind kind() {
        return KIND;
    }

    /** Creates an empty database and returns its name. */
    public static String newSchema() {
        String schema = uniqueName();
        try (Connection server = connect(of("", "postgres"));
                Statement statement = server.createStatement()) {
            statement.execute("CREATE DATABASE " + schema + of(" CHARACTER SET utf8mb4", ""));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return schema;
    }

    /** Returns the text for the tests' database. */
    public static String of(String onMariaDb, String onPostgreSql) {
        return switch (KIND) {
            case MARIADB -> onMariaDb;
            case POSTGRESQL -> onPostgreSql;
        };
    }

    /** Ends all sessions of a database, as if their connections were lost. */
    public static void killSessions(String schema) {
        String sessions = of(
                "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE db = '" + schema
                        + "' AND id <> CONNECTION_ID()",
                "SELECT 'SELECT pg_terminate_backend(' || pid || ')' FROM pg_stat_activity WHERE datname = '" + schema
                        + "' AND pid <> pg_backend_pid()");
        try (Connection server = connect(schema);
                Statement query = server.createStatement();
                ResultSet kills = query.executeQuery(sessions);
                Statement kill = server.createStatement()) {
            while (kills.next()) {
                kill.execute(kills.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a connection as the administrator. */
    public static Connection connect(String schema) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(schema), user(), password());
    }

    /** Returns the address of the database server, {@code host:port}. */
    public static String address() {
        return of(CHOSEN::mariaDb, CHOSEN::postgreSql);
    }

    /** Returns the administrator's name. */
    public static String user() {
        return of(CHOSEN::mariaDbUser, CHOSEN::postgreSqlUser);
    }

    /** Returns the administrator's password. */
    public static String password() {
        return of(CHOSEN::mariaDbPassword, CHOSEN::postgreSqlPassword);
    }

    private static String of(Supplier<String> onMariaDb, Supplier<String> onPostgreSql) {
        return switch (KIND) {
            case MARIADB -> onMariaDb.get();
            case POSTGRESQL -> onPostgreSql.get();
        };
    }

    /** Returns options for connections as the administrator, with the session settings of the services. */
    public static ConnectionFactoryOptions sessions(String schema) {
        String[] address = address().split(":", -1);
        ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions.builder()
                .option(ConnectionFactoryOptions.DRIVER, name())
                .option(ConnectionFactoryOptions.HOST, address[0])
                .option(ConnectionFactoryOptions.PORT, Integer.parseInt(address[1]))
                .option(ConnectionFactoryOptions.USER, user())
                .option(ConnectionFactoryOptions.PASSWORD, password())
                .option(ConnectionFactoryOptions.DATABASE, schema);
        settings().forEach(setting -> options.option(Option.valueOf(setting), setting(setting)));
        return options.build();
    }

    private static List<String> settings() {
        return switch (KIND) {
            case MARIADB -> List.of("autocommit", "sessionVariables");
            case POSTGRESQL -> List.of("options");
        };
    }

    private static String setting(String name) {
        String file = "saga-database-" + name() + ".yaml";
        try {
            var defaults = new YamlPropertySourceLoader().load("defaults", new ClassPathResource(file));
            return String.valueOf(defaults.getFirst().getProperty("spring.r2dbc.properties." + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name() {
        return KIND.name().toLowerCase(Locale.ROOT);
    }

    public static String jdbcUrl(String schema) {
        return "jdbc:" + name() + "://" + address() + "/" + schema;
    }
}
