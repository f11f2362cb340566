package dev.saga.local;

/** A Kafka broker and a database server, from any source. */
public interface Infra extends AutoCloseable {

    /** Returns the bootstrap addresses of the brokers, {@code host:port[,host:port…]}. */
    String kafka();

    /** Returns the address of the database server, {@code host:port}. */
    String mariaDb();

    /** Returns the name of a user that may create databases and users. */
    String mariaDbUser();

    /** Returns the password of {@link #mariaDbUser()}. */
    String mariaDbPassword();

    /** Returns the query string of a JDBC URL of the server, with its question mark; usually empty. */
    default String mariaDbOptions() {
        return "";
    }

    /** Stops everything that this object started, and nothing else. */
    @Override
    void close();
}
