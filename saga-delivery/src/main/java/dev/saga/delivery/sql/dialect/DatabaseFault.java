package dev.saga.delivery.sql.dialect;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientException;
import java.util.Set;

/**
 * The kind of an error of a database. MariaDB reports a number; PostgreSQL, and drivers for lost connections, report
 * only an SQLSTATE.
 */
public enum DatabaseFault {
    /** Another transaction holds a lock for too long. */
    LOCK_WAIT(true),

    /** Another transaction has inserted the same key. */
    DUPLICATE_KEY(true),

    /** The server no longer accepts writes: a primary that was demoted. */
    READ_ONLY(true),

    /** Another conflict, or a server that is away, full, shutting down or that withdrew a right. */
    TRANSIENT(true),

    /** A fault in the statement or its values. */
    LASTING(false);

    private static final int PACKET_TOO_LARGE = 1153;
    private static final Set<Integer> MARIADB_READ_ONLY = Set.of(1290, 1792, 1836);

    /**
     * Deadlock and changed record; errors of connections, shutdown, killed or interrupted statements, network, disk and
     * memory, and withdrawn rights.
     */
    private static final Set<Integer> MARIADB_TRANSIENT = Set.of(
            1213, 1020, 1040, 1203, 1226, 1053, 1077, 1079, 1152, 1184, 1927, 1317, 1969, 1158, 1159, 1160, 1161, 3,
            1021, 1026, 1030, 1114, 1037, 1038, 1041, 1180, 1206, 1412, 1044, 1045, 1142);

    /**
     * Serialization failure, deadlock, a transaction that failed before this statement or was idle for too long,
     * canceled statement, and withdrawn rights.
     */
    private static final Set<String> STATES = Set.of("40001", "40P01", "40003", "25P02", "25P03", "57014", "42501");

    /** Connections, wrong password, lack of memory, disk or connections, shutdown, and errors of the system. */
    private static final Set<String> CLASSES = Set.of("08", "28", "53", "57", "58");

    private final boolean isTransient;

    DatabaseFault(boolean isTransient) {
        this.isTransient = isTransient;
    }

    /** Returns true if the same transaction can succeed later without a change by a person. */
    public boolean isTransient() {
        return isTransient;
    }

    public static DatabaseFault of(R2dbcException failure) {
        int code = failure.getErrorCode();
        String state = failure.getSqlState() == null ? "" : failure.getSqlState();
        return code == 0 ? ofState(failure, state) : ofCode(code, state);
    }

    private static DatabaseFault ofCode(int code, String state) {
        return switch (code) {
            case PACKET_TOO_LARGE -> LASTING;
            case 1205 -> LOCK_WAIT;
            case 1062 -> DUPLICATE_KEY;
            default ->
                MARIADB_READ_ONLY.contains(code)
                        ? READ_ONLY
                        : MARIADB_TRANSIENT.contains(code) || state.startsWith("08") ? TRANSIENT : LASTING;
        };
    }

    private static DatabaseFault ofState(R2dbcException failure, String state) {
        return switch (state) {
            case "55P03" -> LOCK_WAIT;
            case "23505" -> DUPLICATE_KEY;
            case "25006" -> READ_ONLY;
            default ->
                STATES.contains(state) || CLASSES.stream().anyMatch(state::startsWith) ? TRANSIENT : ofType(failure);
        };
    }

    /** Errors of a driver itself may have no SQLSTATE. */
    private static DatabaseFault ofType(R2dbcException failure) {
        return failure instanceof R2dbcTransientException || failure instanceof R2dbcNonTransientResourceException
                ? TRANSIENT
                : LASTING;
    }
}
