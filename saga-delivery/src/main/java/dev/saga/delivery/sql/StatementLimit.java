package dev.saga.delivery.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The maximum length of a statement: MariaDB's {@code max_allowed_packet}, and a fixed length on PostgreSQL. MariaDB
 * ends the session on a longer statement, with an error that looks like a lost connection. It is therefore refused here
 * before it is sent, and its batch is halved.
 */
public final class StatementLimit {
    /** Bytes for the packet's own header and for additions by the driver. */
    private static final long RESERVE = 1024;

    /** Bytes of a number, of a date, or of {@code _binary''} around bytes. */
    private static final int SHORT_VALUE = 48;

    private static final int WIDEST_CHARACTER = 4;

    private volatile long most = (1 << 20) - RESERVE;

    /** Stores the server's limit in bytes. Before the first call, 1 MiB is assumed. */
    public void packet(long bytes) {
        most = bytes - RESERVE;
    }

    /** Returns the maximum length of a statement in bytes. */
    public long most() {
        return most;
    }

    /**
     * Checks the length of a statement and the number of its parameters.
     *
     * @throws StatementTooLarge if the statement is too long with these values, or has too many of them
     */
    void check(String text, List<? extends @Nullable Object> values, int mostParameters) {
        if (values.size() > mostParameters) {
            throw new StatementTooLarge(values.size() + " parameters", mostParameters);
        }
        if (bytes(text, values, false) > most) {
            long exact = bytes(text, values, true);
            if (exact > most) {
                throw new StatementTooLarge(exact + " bytes", most);
            }
        }
    }

    /**
     * Returns the length in bytes, never too low. If it is not {@code exact}, binary values count twice, which is
     * cheap.
     */
    private static long bytes(String text, List<? extends @Nullable Object> values, boolean exact) {
        long bytes = (long) text.length() * WIDEST_CHARACTER;
        for (Object value : values) {
            bytes += SHORT_VALUE;
            if (value instanceof byte[] binary) {
                bytes += exact ? quoted(binary) : 2L * binary.length;
            } else if (value instanceof String string) {
                bytes += (long) string.length() * WIDEST_CHARACTER;
            }
        }
        return bytes;
    }

    /**
     * Returns the length of these bytes in a statement. Quotes are doubled; nothing else is escaped (see sql_mode in
     * saga-defaults.yaml).
     */
    public static long quoted(byte[] bytes) {
        long length = bytes.length;
        for (byte b : bytes) {
            length += b == '\'' ? 1 : 0;
        }
        return length;
    }
}
