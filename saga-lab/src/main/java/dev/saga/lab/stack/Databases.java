package dev.saga.lab.stack;

import dev.saga.local.Infra;
import dev.saga.local.StartFailure;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/**
 * One database and one user a service, with rights on its own schema alone.
 *
 * @param infra the server
 * @param prefix put before the names of databases and users, for several systems on one server
 * @param password of the services' users, made for this start
 */
public record Databases(Infra infra, String prefix, String password) {

    /** Makes what is missing; sets a new password. */
    public static Databases prepare(Infra infra, String prefix) {
        var databases = new Databases(infra, prefix, randomPassword());
        try (Connection server = databases.connect("");
                Statement statement = server.createStatement()) {
            for (Service service : Service.values()) {
                databases.prepare(statement, databases.schema(service));
            }
        } catch (SQLException e) {
            throw new StartFailure("The databases could not be prepared: " + e.getMessage(), e);
        }
        return databases;
    }

    private void prepare(Statement statement, String schema) throws SQLException {
        statement.execute("CREATE DATABASE IF NOT EXISTS " + schema + " CHARACTER SET utf8mb4");
        statement.execute("CREATE OR REPLACE USER '" + schema + "'@'%' IDENTIFIED BY '" + password + "'");
        statement.execute("GRANT ALL PRIVILEGES ON `" + schema.replace("_", "\\_") + "`.* TO '" + schema + "'@'%'");
    }

    private static String randomPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The name of a service's database and user. */
    public String schema(Service service) {
        return prefix + service.schema();
    }

    /** A connection of the server's administrator to a service's database. */
    public Connection connect(Service service) throws SQLException {
        return connect(schema(service));
    }

    private Connection connect(String schema) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + infra.mariaDb() + "/" + schema, infra.mariaDbUser(), infra.mariaDbPassword());
    }
}
