package dev.saga.delivery.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The longest statement that the database takes: its {@code max_allowed_packet}. A longer one ends its session with an
 * error that looks like a lost connection, so it is refused here instead, and its batch is halved.
 */
public final class StatementLimit {
    /** For the packet's own head, and for what the driver adds. */
    private static final long RESERVE = 1024;

    /** A number, a date, or {@code _binary''} around bytes. */
    private static final int SHORT_VALUE = 48;

    private static final int WIDEST_CHARACTER = 4;

    private volatile long most = (1 << 20) - RESERVE;

    /** Takes over the server's {@code max_allowed_packet}, in bytes. Until then it is taken for 1 MiB. */
    public void packet(long bytes) {
        most = bytes - RESERVE;
    }

    /** Bytes that one statement may have. */
    public long most() {
        return most;
    }

    /** @throws StatementTooLarge the statement is too long with these values */
    void check(String text, List<? extends @Nullable Object> values) {
        if (bytes(text, values, false) > most) {
            long exact = bytes(text, values, true);
            if (exact > most) {
                throw new StatementTooLarge(exact, most);
            }
        }
    }

    /** Not exact: never less than the statement has, and cheap. */
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

    /** Length of these bytes in a statement: quotes are doubled, and nothing else is escaped (see the sessions' sql_mode). */
    public static long quoted(byte[] bytes) {
        long length = bytes.length;
        for (byte b : bytes) {
            length += b == '\'' ? 1 : 0;
        }
        return length;
    }
}
