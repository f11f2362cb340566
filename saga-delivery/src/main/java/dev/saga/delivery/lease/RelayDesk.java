package dev.saga.delivery.lease;

import dev.saga.delivery.audit.Audit;
import dev.saga.delivery.instance.DeliveryProperties;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.work.Detached;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The operations on a service's relays for operators. A pause is stored in the database: every instance obeys it, and it
 * lasts until it is ended. Every change is logged, and is in the audit.
 */
public final class RelayDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RelayDesk.class);

    private final Sql sql;
    private final int shards;
    private final int outboxLimit;
    private final Audit audit;
    private final Transactions transactions;

    public RelayDesk(Sql sql, DeliveryProperties properties, Audit audit, Transactions transactions) {
        this.sql = sql;
        this.shards = properties.outboxShards();
        this.outboxLimit = properties.outboxLimit();
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * A shard of the outbox and its relay.
     *
     * @param leader host, process id and number of the instance whose relay leads; null if none leads now
     * @param leadsSince when it took the lease; null if none leads
     * @param depth events that are stored and not yet deleted; counts at most one row more than the outbox's limit
     * @param oldest age of the oldest of them; null if there is none
     * @param paused true if an operator has paused the relay
     */
    public record Shard(
            int shard,
            @Nullable String leader,
            @Nullable Instant leadsSince,
            long depth,
            @Nullable Duration oldest,
            boolean paused) {
        static Shard of(Row row) {
            boolean led = Boolean.TRUE.equals(row.get("led", Boolean.class));
            LocalDateTime stored = row.get("oldest", LocalDateTime.class);
            return new Shard(
                    Sql.get(row, "shard", Integer.class),
                    led ? Sql.get(row, "leader", String.class) : null,
                    led ? Sql.instant(row, "leads_since") : null,
                    Sql.get(row, "depth", Long.class),
                    stored == null ? null : age(stored.toInstant(ZoneOffset.UTC), Sql.instant(row, "asked_at")),
                    Boolean.TRUE.equals(row.get("paused", Boolean.class)));
        }

        private static Duration age(Instant stored, Instant now) {
            return stored.isAfter(now) ? Duration.ZERO : Duration.between(stored, now);
        }
    }

    /** Returns every shard, in order, as committed. */
    public Mono<List<Shard>> shards() {
        String now = sql.dialect().now();
        String numbers = IntStream.range(0, shards)
                .mapToObj(number -> "SELECT " + number + " AS shard")
                .collect(Collectors.joining(" UNION ALL "));
        return sql.rows(
                        "SELECT numbers.shard, leader, leads_since, leads_until > " + now + " AS led, paused,"
                                + " COALESCE(depth, 0) AS depth, oldest, " + now + " AS asked_at FROM (" + numbers
                                + ") AS numbers LEFT JOIN relay_lease ON relay_lease.shard = numbers.shard"
                                + " LEFT JOIN (SELECT shard, SUM(events) AS depth, MIN(stored_at) AS oldest FROM"
                                + " (SELECT shard, events, stored_at FROM outbox ORDER BY id LIMIT ?) AS counted"
                                + " GROUP BY shard) AS stored ON stored.shard = numbers.shard ORDER BY numbers.shard",
                        List.of(outboxLimit + 1),
                        Shard::of)
                .collectList();
    }

    /**
     * Pauses the relays of all shards. After this commit no relay reads a further page: only events of a page that it has
     * read before are still published. Continues even if the caller disconnects.
     */
    public Mono<List<Shard>> pause() {
        return change(true, "relay.pause", "paused");
    }

    /** Ends a pause. The events that were stored meanwhile are published in their order. */
    public Mono<List<Shard>> resume() {
        return change(false, "relay.resume", "resumed");
    }

    private Mono<List<Shard>> change(boolean paused, String action, String result) {
        Mono<String> change = sql.update("UPDATE relay_lease SET paused = ? WHERE paused <> ?", List.of(paused, paused))
                .map(changed -> changed > 0 ? result : "was " + result + " already")
                .delayUntil(done -> audit.add(action, "all shards", done))
                .as(transactions::retrying)
                .doOnNext(done -> LOG.info("relay {} shards={}", done, shards));
        return Detached.run(addMissingRows().then(change).then(shards()));
    }

    /** Adds the rows of shards that no relay has led yet. Committed alone, so that no lock on them is held. */
    private Mono<Long> addMissingRows() {
        return sql.update(ShardLease.missing(sql.dialect(), IntStream.range(0, shards)), List.of());
    }
}
