package dev.saga.delivery.lease;

import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.dialect.Dialect;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/**
 * The right to lead a shard of the outbox, as a row of {@code relay_lease}. It ends at a time by the database's clock
 * unless the leader renews it before. Each new holder increases the epoch, so that a statement with the condition
 * {@link #ifHeld()} changes nothing once another instance has led.
 */
public final class ShardLease {
    /** A lease survives two failed renewals, and the loss of the row is noticed after a quarter of its length. */
    private static final int RENEWALS = 4;

    private final Connection session;
    private final int shard;
    private final long epoch;
    private final Duration length;
    private volatile long renewed;

    private ShardLease(Connection session, int shard, long epoch, Duration length, long renewed) {
        this.session = session;
        this.shard = shard;
        this.epoch = epoch;
        this.length = length;
        this.renewed = renewed;
    }

    /** Returns the longest pause between two renewals. */
    public static Duration renewEvery(Duration length) {
        return length.dividedBy(RENEWALS);
    }

    /** Adds the shard's row if it is missing. The session commits each statement. */
    public static Mono<Void> prepare(Connection session, int shard) {
        return Sql.update(session, missing(Dialect.of(session), IntStream.of(shard)), List.of())
                .then();
    }

    /** Returns a statement that adds the rows of these shards that are missing. */
    public static String missing(Dialect dialect, IntStream shards) {
        String now = dialect.now();
        String rows = shards.mapToObj(shard -> "(" + shard + ", '', 0, " + now + ", " + now + ")")
                .collect(Collectors.joining(", "));
        return dialect.insertNew() + "relay_lease (shard, leader, epoch, leads_since, leads_until) VALUES " + rows + " "
                + dialect.skipped();
    }

    /**
     * Takes the lease if it is over, or if this leader holds it already and has lost its session. Empty if another
     * instance holds it.
     *
     * @param leader name of the instance, different for each relay
     */
    public static Mono<ShardLease> take(Connection session, int shard, String leader, Duration length) {
        Dialect dialect = Dialect.of(session);
        long sent = System.nanoTime();
        String text = "UPDATE relay_lease SET leader = ?, epoch = epoch + 1, leads_since = " + dialect.now()
                + ", leads_until = " + dialect.after("?") + " WHERE shard = ? AND (leads_until <= " + dialect.now()
                + " OR leader = ?)";
        return Sql.update(session, text, List.of(leader, micros(length), shard, leader))
                .filter(taken -> taken == 1)
                .flatMap(taken -> epoch(session, shard, leader))
                .map(epoch -> new ShardLease(session, shard, epoch, length, sent));
    }

    private static Mono<Long> epoch(Connection session, int shard, String leader) {
        return Sql.rows(
                        session,
                        "SELECT epoch FROM relay_lease WHERE shard = ? AND leader = ?",
                        List.of(shard, leader),
                        row -> Sql.get(row, "epoch", Long.class))
                .singleOrEmpty();
    }

    private static long micros(Duration length) {
        return length.toNanos() / 1_000;
    }

    /** Returns the session on which the lease was taken. */
    public Connection session() {
        return session;
    }

    public int shard() {
        return shard;
    }

    public long epoch() {
        return epoch;
    }

    /** Returns true if a quarter of the lease is over since its last renewal. */
    public boolean isDue() {
        return System.nanoTime() - renewed > renewEvery(length).toNanos();
    }

    /** Returns true if the lease may be over: this process was suspended, or the database did not respond for so long. */
    public boolean isOver() {
        return System.nanoTime() - renewed > length.toNanos();
    }

    /** Extends the lease, also one that is over if nobody has taken it. Fails if another instance leads. */
    public Mono<Long> renew() {
        return Mono.defer(() -> {
            long sent = System.nanoTime();
            return end(Dialect.of(session).after("?"), List.of(micros(length), shard, epoch))
                    .doOnNext(rows -> renewed = sent);
        });
    }

    /** Ends the lease, so that another instance can lead at once. */
    public Mono<Void> release() {
        return end(Dialect.of(session).now(), List.of(shard, epoch))
                .onErrorComplete(LeaseLost.class)
                .then();
    }

    private Mono<Long> end(String time, List<Object> values) {
        return Sql.update(
                        session,
                        "UPDATE relay_lease SET leads_until = " + time + " WHERE shard = ? AND epoch = ?",
                        values)
                .filter(rows -> rows == 1)
                .switchIfEmpty(Mono.error(this::lost));
    }

    /** Returns the failure of a statement that changed nothing because another instance leads. */
    public RuntimeException lost() {
        return new LeaseLost(shard, epoch);
    }

    /** Returns a condition that is true while no operator has paused this shard. */
    public static String unlessPaused(int shard) {
        return "NOT EXISTS (SELECT 1 FROM relay_lease WHERE shard = " + shard + " AND paused)";
    }

    /** Returns a condition that is true while nobody else has taken the lease. */
    public String ifHeld() {
        return "EXISTS (SELECT 1 FROM relay_lease WHERE shard = " + shard + " AND epoch = " + epoch + ")";
    }
}
