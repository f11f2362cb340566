package dev.saga.delivery.sql.dialect;

import java.util.List;

/** A kind of database, chosen per service with {@code saga.database.kind}. */
public enum DatabaseKind {
    MARIADB,
    POSTGRESQL;

    private static final Dialect OF_MARIADB = new MariaDbDialect();
    private static final Dialect OF_POSTGRESQL = new PostgreSqlDialect();

    public Dialect dialect() {
        return switch (this) {
            case MARIADB -> OF_MARIADB;
            case POSTGRESQL -> OF_POSTGRESQL;
        };
    }

    /** Returns the locations of the migrations: first the delivery's, then the service's. */
    public List<String> migrations() {
        return switch (this) {
            case MARIADB -> List.of("classpath:db/delivery", "classpath:db/migration");
            case POSTGRESQL -> List.of("classpath:db/postgresql/delivery", "classpath:db/postgresql/migration");
        };
    }
}
