package dev.saga.delivery.sql.dialect;

import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** PostgreSQL 14 or newer. Its driver must be on the class path of the service. */
final class PostgreSqlDialect implements Dialect {
    /** PostgreSQL has no such setting. This is MariaDB's default, so that both databases get portions of one size. */
    private static final long LONGEST_STATEMENT = 16 << 20;

    /** The wire protocol counts parameters in 16 bits. */
    private static final int MOST_PARAMETERS = 65_535;

    private static final String NOW = "(STATEMENT_TIMESTAMP() AT TIME ZONE 'UTC')";

    /** Numbers the parameters. No statement of ours has a question mark in a literal. */
    @Override
    public String parameters(String text) {
        var numbered = new StringBuilder(text.length() + Math.max(16, text.length() / 2));
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '?') {
                numbered.append('$').append(++number);
            } else {
                numbered.append(c);
            }
        }
        return numbered.toString();
    }

    /** Binds a null without a type, so that the server takes the column's; no text can hold U+0000. */
    @Override
    public void bind(Statement statement, int index, @Nullable Object value) {
        switch (value) {
            case null -> statement.bind(index, Parameters.in(PostgresqlObjectId.UNSPECIFIED));
            case Instant instant -> statement.bind(index, LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
            case String text -> statement.bind(index, text.replace('\0', '\uFFFD'));
            default -> statement.bind(index, value);
        }
    }

    @Override
    public String insertNew() {
        return "INSERT INTO ";
    }

    @Override
    public String skipped() {
        return "ON CONFLICT DO NOTHING ";
    }

    @Override
    public String orUpdate(String key) {
        return "ON CONFLICT (" + key + ") DO UPDATE SET ";
    }

    @Override
    public String provided(String column) {
        return "EXCLUDED." + column;
    }

    @Override
    public String now() {
        return NOW;
    }

    @Override
    public String after(String micros) {
        return NOW + " + " + interval(micros);
    }

    @Override
    public String before(String micros) {
        return NOW + " - " + interval(micros);
    }

    private static String interval(String micros) {
        return "CAST(" + micros + " AS BIGINT) * INTERVAL '1 microsecond'";
    }

    @Override
    public String random() {
        return "RANDOM()";
    }

    @Override
    public String deleteBelow(String table, String column, String bound, int most) {
        return "DELETE FROM " + table + " WHERE ctid = ANY(ARRAY(SELECT ctid FROM " + table + " WHERE " + column + " < "
                + bound + " ORDER BY " + column + " LIMIT " + most + "))";
    }

    /** The services' sessions set synchronous_commit themselves. */
    @Override
    public String durability() {
        return "SELECT name AS setting, setting AS actual, 'on' AS required FROM pg_settings"
                + " WHERE name IN ('fsync', 'full_page_writes')";
    }

    @Override
    public String serverState() {
        return "SELECT CAST(" + LONGEST_STATEMENT + " AS BIGINT) AS packet,"
                + " (pg_is_in_recovery() OR CAST(current_setting('default_transaction_read_only') AS BOOLEAN))"
                + " AS read_only";
    }

    @Override
    public int mostParameters() {
        return MOST_PARAMETERS;
    }

    /**
     * A transaction becomes visible after its commit record is flushed, and after the synchronous replicas have it, as
     * long as the session that writes uses synchronous_commit=on or a stricter value; saga-database-postgresql.yaml
     * sets it.
     */
    @Override
    public boolean showsCommitsEarly() {
        return false;
    }

    /** A transaction in which a statement failed. */
    @Override
    public boolean rollsBackSilently() {
        return true;
    }
}
