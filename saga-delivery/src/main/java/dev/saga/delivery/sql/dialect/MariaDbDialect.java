package dev.saga.delivery.sql.dialect;

import io.r2dbc.spi.Statement;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** MariaDB 10.7 or newer, which has a type for UUIDs. */
final class MariaDbDialect implements Dialect {

    @Override
    public String parameters(String text) {
        return text;
    }

    @Override
    public void bind(Statement statement, int index, @Nullable Object value) {
        switch (value) {
            case null -> statement.bindNull(index, String.class);
            case Instant instant -> statement.bind(index, LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
            case UUID uuid -> statement.bind(index, bytes(uuid));
            default -> statement.bind(index, value);
        }
    }

    /** Encodes a UUID as bytes, which are less than half as long as its text and need no parsing by the server. */
    private static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    @Override
    public String insertNew() {
        return "INSERT IGNORE INTO ";
    }

    @Override
    public String skipped() {
        return "";
    }

    @Override
    public String orUpdate(String key) {
        return "ON DUPLICATE KEY UPDATE ";
    }

    @Override
    public String provided(String column) {
        return "VALUES(" + column + ")";
    }

    @Override
    public String now() {
        return "UTC_TIMESTAMP(3)";
    }

    @Override
    public String after(String micros) {
        return "UTC_TIMESTAMP(3) + INTERVAL " + micros + " MICROSECOND";
    }

    @Override
    public String before(String micros) {
        return "UTC_TIMESTAMP(3) - INTERVAL " + micros + " MICROSECOND";
    }

    @Override
    public String random() {
        return "RAND()";
    }

    @Override
    public String deleteBelow(String table, String column, String bound, int most) {
        return "DELETE FROM " + table + " WHERE " + column + " < " + bound + " ORDER BY " + column + " LIMIT " + most;
    }

    @Override
    public String serverState() {
        return "SELECT @@max_allowed_packet AS packet, @@global.read_only AS read_only";
    }

    /** A server with a binary log drops transactions at its start that the log on disk does not have. */
    @Override
    public String durability() {
        return "SELECT 'innodb_flush_log_at_trx_commit' AS setting,"
                + " CAST(@@global.innodb_flush_log_at_trx_commit AS CHAR) AS actual, '1' AS required"
                + " UNION ALL SELECT 'sync_binlog', IF(@@global.log_bin, CAST(@@global.sync_binlog AS CHAR), '1'), '1'";
    }

    /** The driver writes values into the text of a statement, whose length alone is limited. */
    @Override
    public int mostParameters() {
        return Integer.MAX_VALUE;
    }

    /** InnoDB makes a transaction visible before its redo log is flushed. */
    @Override
    public boolean showsCommitsEarly() {
        return true;
    }

    /** The driver's own commit is no choice: it is skipped if the last response reports no open transaction. */
    @Override
    public boolean rollsBackSilently() {
        return false;
    }
}
