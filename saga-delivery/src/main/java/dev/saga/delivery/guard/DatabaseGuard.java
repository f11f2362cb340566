package dev.saga.delivery.guard;

import dev.saga.delivery.lease.ShardLease;
import dev.saga.delivery.sql.dialect.Dialect;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.IntStream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the database after its migrations and before anything else uses it: the server must keep what it has
 * committed, and the number of the outbox's shards must be that of the first start.
 */
public final class DatabaseGuard implements Callback {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseGuard.class);

    private final Dialect dialect;
    private final int shards;
    private final boolean durable;

    /**
     * @param shards number of shards in the settings
     * @param durable false if the server may forget commits when it is killed; then this is only logged
     */
    public DatabaseGuard(Dialect dialect, int shards, boolean durable) {
        this.dialect = dialect;
        this.shards = shards;
        this.durable = durable;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_MIGRATE;
    }

    /** Each statement sees what instances that start at the same time have committed. */
    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return false;
    }

    @Override
    public String getCallbackName() {
        return "saga-delivery guard";
    }

    /** @throws UnsafeSetting if the start must stop */
    @Override
    public void handle(Event event, Context context) {
        try (Statement statement = context.getConnection().createStatement()) {
            checkDurability(statement);
            checkShards(statement);
        } catch (SQLException e) {
            throw new FlywayException("the settings of the database could not be read", e);
        }
    }

    private void checkDurability(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(dialect.durability())) {
            while (rows.next()) {
                if (!rows.getString("actual").equals(rows.getString("required"))) {
                    forgets(rows.getString("setting") + " is " + rows.getString("actual") + " instead of "
                            + rows.getString("required"));
                }
            }
        }
    }

    private void forgets(String why) {
        String problem = "The database server can forget commits when it is killed: " + why
                + ". Events that were published would then tell of changes that are gone";
        if (durable) {
            throw new UnsafeSetting(
                    problem + ".",
                    "Correct the setting of the server, or accept the loss with saga.database.durable=false.");
        }
        LOG.warn("{}, and saga.database.durable is false", problem);
    }

    /** The first start stores a row per shard. */
    private void checkShards(Statement statement) throws SQLException {
        if (stored(statement) == 0) {
            statement.executeUpdate(ShardLease.missing(dialect, IntStream.range(0, shards)));
        }
        int stored = stored(statement);
        if (stored != shards) {
            throw new UnsafeSetting(
                    "saga.delivery.outbox-shards is " + shards + ", but the outbox was created with " + stored
                            + ": events of some sagas would never be published, or in a wrong order.",
                    "Set saga.delivery.outbox-shards=" + stored + ". To change the number, stop all instances of the"
                            + " service when its outbox is empty (saga_outbox_depth is 0), execute DELETE FROM"
                            + " relay_lease, and start them with the new number.");
        }
    }

    private static int stored(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM relay_lease")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
