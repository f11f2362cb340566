package dev.saga.delivery.instance;

import dev.saga.web.settings.Bounds;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the delivery, {@code saga.delivery.*}.
 *
 * @param service name of the service: its consumer group; {@code /name} is the source of its events
 * @param bootstrapServers addresses of Kafka, {@code host:port,…}
 * @param kafka more settings for every Kafka client, by Kafka's names, for instance {@code security.protocol} and
 *     {@code sasl.jaas.config}; they cannot change a setting that the delivery itself sets; default none
 * @param topicPrefix prefix of each topic's name and of the group's name, for several systems on one cluster; default
 *     none
 * @param partitions partitions of a topic that this service creates, 1 to 10,000, default 6; bounds the consumers of
 *     all instances together
 * @param replicationFactor replicas of a topic that this service creates, 1 to 10, default 1; use 3 in a cluster
 * @param lanes consumers in this process, 1 to {@code partitions}, default 1. Each consumer handles one poll in one
 *     transaction, so more consumers use more cores and make smaller batches
 * @param batch maximum records per poll, and so per transaction, 1 to 5000, default 500. A larger value is faster under
 *     load and makes a failed batch more expensive
 * @param linger pause of a consumer or an intake while batches have 32 to 199 events, 0 to 1 s, default 20 ms. Events
 *     that arrive in the pause share the next transaction. A longer pause makes an event cheaper under load and slower;
 *     a saga that arrives alone never waits
 * @param timeline if true, the event log stores each consumed and published event in full; if false, only the ids of
 *     consumed events; default false
 * @param outboxShards relays per service, 1 to 64, default 1; fixed for the lifetime of an outbox: another number stops the start
 * @param statementTimeout time limit of a database statement, after which its connection is closed, 6 s to 1 h, default
 *     15 s; must be longer than the sessions' lock wait of 5 s. A longer limit lets a slow database finish, but detects
 *     a silent database later
 * @param relayBatch maximum rows that a relay reads at once, 1 to 500, default 20. A row holds events of one topic from
 *     one transaction, up to 200 events and 256 KiB
 * @param relayPoll interval between two queries for rows of which a relay was not notified (rows of another instance,
 *     or rows left by a crash); also the idle time after which it deletes sent rows even if they are fewer than half of
 *     {@code relayBatch}; default 20 ms
 * @param relayLease time for which a relay that stopped responding keeps its shard, 1 s to 1 h, default 3 s. The relay
 *     renews its lease after a quarter of this time. A shorter lease fails over faster, a longer lease survives longer
 *     pauses of the JVM; a relay that lost its lease publishes at most a few events twice
 * @param outboxLimit number of events in the outbox above which new orders are refused, default 100,000
 * @param prune pause between two runs that delete old rows, default 5 s
 * @param keepEvents retention of a saga's rows in the event log, measured from the start of the saga, default 7 days.
 *     Fences, not this log, protect against a second effect of an older event. A timeline shows no saga that is older
 *     than this
 * @param keepLetters retention of a dead letter after it was replayed or discarded, default 30 days. Must be longer
 *     than the retention of the topics; otherwise a record that is read again is handled again
 */
@ConfigurationProperties("saga.delivery")
public record DeliveryProperties(
        String service,
        @DefaultValue("127.0.0.1:9092") String bootstrapServers,
        @DefaultValue Map<String, String> kafka,
        @DefaultValue("") String topicPrefix,
        @DefaultValue("6") int partitions,
        @DefaultValue("1") short replicationFactor,
        @DefaultValue("1") int lanes,
        @DefaultValue("500") int batch,
        @DefaultValue("20ms") Duration linger,
        @DefaultValue("false") boolean timeline,
        @DefaultValue("15s") Duration statementTimeout,
        @DefaultValue("1") int outboxShards,
        @DefaultValue("20") int relayBatch,
        @DefaultValue("20ms") Duration relayPoll,
        @DefaultValue("3s") Duration relayLease,
        @DefaultValue("100000") int outboxLimit,
        @DefaultValue("5s") Duration prune,
        @DefaultValue("7d") Duration keepEvents,
        @DefaultValue("30d") Duration keepLetters) {
    public DeliveryProperties {
        bounded("partitions", partitions, 1, 10_000);
        bounded("replication-factor", replicationFactor, 1, 10);
        bounded("lanes", lanes, 1, partitions);
        bounded("batch", batch, 1, 5_000);
        bounded("linger milliseconds", linger.toMillis(), 0, 1_000);
        bounded("outbox-shards", outboxShards, 1, 64);
        bounded("relay-batch", relayBatch, 1, 500);
        bounded("statement-timeout seconds", statementTimeout.toSeconds(), 6, 3_600);
        bounded("relay-lease seconds", relayLease.toSeconds(), 1, 3_600);
    }

    private static void bounded(String name, long value, long least, long most) {
        Bounds.check("saga.delivery." + name, value, least, most);
    }

    /** Returns the pause of a relay that has nothing to send: short enough to renew its lease. */
    public Duration relayPause() {
        Duration renewal = relayLease.dividedBy(4);
        return relayPoll.compareTo(renewal) < 0 ? relayPoll : renewal;
    }

    public String source() {
        return "/" + service;
    }

    public String group() {
        return topicPrefix + service;
    }
}
