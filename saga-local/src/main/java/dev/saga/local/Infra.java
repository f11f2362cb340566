package dev.saga.local;

import dev.saga.local.process.StartFailure;

/** A Kafka broker and database servers, from any source. */
public interface Infra extends AutoCloseable {

    /** Returns the bootstrap addresses of the brokers, {@code host:port[,host:port…]}. */
    String kafka();

    /** Returns the address of the MariaDB server, {@code host:port}. */
    String mariaDb();

    /** Returns the name of a user that may create databases and users. */
    String mariaDbUser();

    /** Returns the password of {@link #mariaDbUser()}. */
    String mariaDbPassword();

    /** Returns the query string of a JDBC URL of the server, with its question mark; usually empty. */
    default String mariaDbOptions() {
        return "";
    }

    /** Returns the address of the PostgreSQL server, {@code host:port}. */
    default String postgreSql() {
        throw new StartFailure("There is no PostgreSQL here.");
    }

    /** Returns the name of PostgreSQL's administrator. */
    default String postgreSqlUser() {
        return "postgres";
    }

    /** Returns the password of {@link #postgreSqlUser()}. */
    default String postgreSqlPassword() {
        throw new StartFailure("There is no PostgreSQL here.");
    }

    /** Stops everything that this object started, and nothing else. */
    @Override
    void close();
}
