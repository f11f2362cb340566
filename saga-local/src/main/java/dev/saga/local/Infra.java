package dev.saga.local;

/** A broker and a database, wherever they came from. */
public interface Infra extends AutoCloseable {

    /** Addresses of the broker for clients, {@code host:port[,host:port…]}. */
    String kafka();

    /** Address of the database server, {@code host:port}. */
    String mariaDb();

    /** A user that may create databases and users. */
    String mariaDbUser();

    /** The password of {@link #mariaDbUser()}. */
    String mariaDbPassword();

    /** What a JDBC URL of the server has behind the database's name, with its question mark; usually nothing. */
    default String mariaDbOptions() {
        return "";
    }

    /** Ends what this object started, and nothing else. */
    @Override
    void close();
}
