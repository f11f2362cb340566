package dev.saga.lab.reporting;

import dev.saga.local.Infra;
import dev.saga.local.Secrets;
import dev.saga.local.process.StartFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The database of the reports, and a user with rights on it only.
 *
 * @param address the server as Kafka Connect reaches it, {@code host:port}
 * @param name name of the database and of its user
 * @param password the user's password, created for this start
 */
public record ReportingDatabase(String address, String name, String password) {

    /**
     * Creates the database if it is missing, and sets a new password.
     *
     * @param prefix prefix of the names, for several systems on one server
     */
    public static ReportingDatabase prepare(Infra infra, String prefix) {
        var database = new ReportingDatabase(infra.mariaDb(), prefix + "reporting", Secrets.password());
        String url = "jdbc:mariadb://" + infra.mariaDb() + "/" + infra.mariaDbOptions();
        try (Connection server = DriverManager.getConnection(url, infra.mariaDbUser(), infra.mariaDbPassword());
                Statement statement = server.createStatement()) {
            String name = database.name;
            statement.execute("CREATE DATABASE IF NOT EXISTS " + name + " CHARACTER SET utf8mb4");
            statement.execute("CREATE OR REPLACE USER '" + name + "'@'%' IDENTIFIED BY '" + database.password + "'");
            statement.execute("GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON `" + name.replace("_", "\\_") + "`.* TO '"
                    + name + "'@'%'");
        } catch (SQLException e) {
            throw new StartFailure("The reporting database could not be prepared: " + e.getMessage(), e);
        }
        return database;
    }

    /** Returns this database behind another address, for instance that of a proxy. */
    public ReportingDatabase at(String other) {
        return new ReportingDatabase(other, name, password);
    }

    /** Returns the environment variables that the connector's configuration refers to. */
    Map<String, String> environment() {
        return Map.of(
                "REPORTING_DB_ADDRESS", address,
                "REPORTING_DB_NAME", name,
                "REPORTING_DB_USER", name,
                "REPORTING_DB_PASSWORD", password);
    }
}
