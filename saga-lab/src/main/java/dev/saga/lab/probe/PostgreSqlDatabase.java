package dev.saga.lab.probe;

import dev.saga.local.Infra;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A service's database on PostgreSQL, with two users: one changes rows, the other owns the tables. */
record PostgreSqlDatabase(Infra infra, String schema) {

    /** Creates what is missing, and sets new passwords. */
    void prepare(String password, String migrationPassword) throws SQLException {
        String migration = Databases.migrationUser(schema);
        try (Connection server = connect("postgres");
                Statement statement = server.createStatement()) {
            user(statement, schema, password);
            user(statement, migration, migrationPassword);
            if (isMissing(statement, "pg_database WHERE datname", schema)) {
                statement.execute("CREATE DATABASE " + schema + " OWNER " + migration);
            }
            statement.execute("REVOKE ALL ON DATABASE " + schema + " FROM PUBLIC");
            statement.execute("GRANT CONNECT ON DATABASE " + schema + " TO " + schema);
        }
        try (Connection database = connect();
                Statement statement = database.createStatement()) {
            statement.execute("ALTER DEFAULT PRIVILEGES FOR ROLE " + migration
                    + " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO " + schema);
        }
    }

    private static void user(Statement statement, String name, String password) throws SQLException {
        String verb = isMissing(statement, "pg_roles WHERE rolname", name) ? "CREATE" : "ALTER";
        statement.execute(verb + " ROLE " + name + " LOGIN PASSWORD '" + password + "'");
    }

    private static boolean isMissing(Statement statement, String where, String name) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT 1 FROM " + where + " = '" + name + "'")) {
            return !rows.next();
        }
    }

    /** Opens a connection as the server's administrator. */
    Connection connect() throws SQLException {
        return connect(schema);
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + infra.postgreSql() + "/" + database,
                infra.postgreSqlUser(),
                infra.postgreSqlPassword());
    }
}
