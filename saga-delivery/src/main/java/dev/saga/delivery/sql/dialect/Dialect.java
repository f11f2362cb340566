package dev.saga.delivery.sql.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The differences between the databases. All other statements are written in the SQL that both accept. A fragment that
 * takes a {@code ?} binds its value at this place.
 */
public sealed interface Dialect permits MariaDbDialect, PostgreSqlDialect {

    /** Returns the dialect of an open connection. */
    static Dialect of(Connection connection) {
        return named(connection.getMetadata().getDatabaseProductName());
    }

    /** Returns the dialect of the connections that this factory or pool creates. */
    static Dialect of(ConnectionFactory connections) {
        return named(connections.getMetadata().getName());
    }

    private static Dialect named(String product) {
        return (product.equals("PostgreSQL") ? DatabaseKind.POSTGRESQL : DatabaseKind.MARIADB).dialect();
    }

    /** Returns a statement with the parameters in the database's form, given with a {@code ?} for each. */
    String parameters(String text);

    /** Binds a value to the parameter {@code index}, counted from 0. */
    void bind(Statement statement, int index, @Nullable Object value);

    /** Returns the beginning of an insert that skips rows whose key exists; {@link #skipped()} ends it. */
    String insertNew();

    /** Returns the end of an {@link #insertNew()}, before a {@code RETURNING}. */
    String skipped();

    /** Returns the end of an insert that updates the row with this primary key instead; assignments follow. */
    String orUpdate(String key);

    /** Returns, in an assignment after {@link #orUpdate}, the value of a column that the insert provides. */
    String provided(String column);

    /** Returns the time at which the statement began, in UTC, by the database's clock. */
    String now();

    /** Returns the time this many microseconds after {@link #now()}; null if they are null. */
    String after(String micros);

    /** Returns the time this many microseconds before {@link #now()}. */
    String before(String micros);

    /** Returns a random number, 0 to below 1. */
    String random();

    /** Returns a statement that deletes at most {@code most} rows with a column below {@code ?}, lowest first. */
    String deleteBelow(String table, String column, String bound, int most);

    /**
     * Returns a query with the columns {@code packet}, the maximum length of a statement in bytes, and {@code
     * read_only}, true if the server accepts no writes.
     */
    String serverState();

    /**
     * Returns a query of the server's settings without which it forgets commits when it is killed, with the columns
     * {@code setting}, {@code actual} and {@code required}.
     */
    String durability();

    /** Returns the maximum number of parameters of a statement. */
    int mostParameters();

    /**
     * Returns true if other sessions can see a commit before it is on disk. Code that acts outside the database on what
     * it only read then raises a barrier first.
     */
    boolean showsCommitsEarly();

    /**
     * Returns true if the server can answer COMMIT with a rollback that is no error. The driver's own commit then
     * reports it; otherwise COMMIT is sent as a statement.
     */
    boolean rollsBackSilently();
}
