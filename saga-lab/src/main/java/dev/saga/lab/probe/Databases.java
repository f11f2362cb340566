package dev.saga.lab.probe;

import dev.saga.events.Participant;
import dev.saga.local.Infra;
import dev.saga.local.Secrets;
import dev.saga.local.process.StartFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;

/**
 * One database per service, and two users with rights on it only: one changes rows, the other changes tables.
 *
 * @param infra the servers
 * @param prefix prefix of the names of databases and users, for several systems on one server
 * @param password password of the users that change rows, created for this start
 * @param migrationPassword password of the users that change tables, created for this start
 * @param onPostgreSql services whose database is on PostgreSQL; the others' are on MariaDB
 */
public record Databases(
        Infra infra, String prefix, String password, String migrationPassword, Set<Participant> onPostgreSql) {

    /** Creates missing databases and users, and sets new passwords. */
    public static Databases prepare(Infra infra, String prefix, Set<Participant> onPostgreSql) {
        var databases = new Databases(infra, prefix, Secrets.password(), Secrets.password(), onPostgreSql);
        try (Connection server = databases.connect("");
                Statement statement = server.createStatement()) {
            for (Participant service : Participant.values()) {
                if (onPostgreSql.contains(service)) {
                    databases.postgreSql(service).prepare(databases.password, databases.migrationPassword);
                } else {
                    databases.prepare(statement, databases.schema(service));
                }
            }
        } catch (SQLException e) {
            throw new StartFailure("The databases could not be prepared: " + e.getMessage(), e);
        }
        return databases;
    }

    private void prepare(Statement statement, String schema) throws SQLException {
        statement.execute("CREATE DATABASE IF NOT EXISTS " + schema + " CHARACTER SET utf8mb4");
        grant(statement, schema, schema, "SELECT, INSERT, UPDATE, DELETE", password);
        grant(statement, schema, migrationUser(schema), "ALL PRIVILEGES", migrationPassword);
    }

    private static void grant(Statement statement, String schema, String user, String rights, String password)
            throws SQLException {
        statement.execute("CREATE OR REPLACE USER '" + user + "'@'%' IDENTIFIED BY '" + password + "'");
        statement.execute("GRANT " + rights + " ON `" + schema.replace("_", "\\_") + "`.* TO '" + user + "'@'%'");
    }

    static String migrationUser(String schema) {
        return schema + "_migration";
    }

    /** Returns the Spring properties with a service's database and its users. */
    public Map<String, String> settings(Participant service) {
        String schema = schema(service);
        boolean other = onPostgreSql.contains(service);
        return Map.of(
                "saga.database.kind", other ? "postgresql" : "mariadb",
                "saga.database.address", other ? infra.postgreSql() : infra.mariaDb(),
                "saga.database.name", schema,
                "saga.database.user", schema,
                "saga.database.password", password,
                "saga.database.migration-user", migrationUser(schema),
                "saga.database.migration-password", migrationPassword);
    }

    /** Returns the name of a service's database and user. */
    public String schema(Participant service) {
        return prefix + service.schema();
    }

    /** Opens a connection to a service's database as its server's administrator. */
    public Connection connect(Participant service) throws SQLException {
        return onPostgreSql.contains(service) ? postgreSql(service).connect() : connect(schema(service));
    }

    private PostgreSqlDatabase postgreSql(Participant service) {
        return new PostgreSqlDatabase(infra, schema(service));
    }

    private Connection connect(String schema) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + infra.mariaDb() + "/" + schema + infra.mariaDbOptions(),
                infra.mariaDbUser(),
                infra.mariaDbPassword());
    }
}
