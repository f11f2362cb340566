package dev.saga.delivery.instance;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the delivery, {@code saga.delivery.*}.
 *
 * @param service name of the service: consumer group, and {@code /name} is the source of its events
 * @param bootstrapServers addresses of Kafka, {@code host:port,…}
 * @param kafka further settings of every Kafka client, by Kafka's names, for instance {@code security.protocol} and {@code
 *     sasl.jaas.config}; what the delivery sets itself cannot be changed here; default none
 * @param topicPrefix put before each topic's name and the group's, for several systems on one cluster; default none
 * @param partitions of a topic that this service creates, 1 or more, default 6; bounds the lanes of all instances
 * @param replicationFactor of a topic that this service creates, default 1; 3 in a cluster
 * @param lanes consumers in this process, 1 to partitions, default 1: each handles its partitions in one transaction a
 *     poll, so more lanes use more cores and make smaller batches
 * @param batch most records of one poll, and so of one transaction, 1 to 5000, default 500; more is faster under load
 *     and makes a failed batch dearer
 * @param linger pause of a lane or an intake while batches are of 32 to 199, 0 to 1 s, default 20 ms: what arrives in it
 *     shares the next transaction. More makes an event cheaper under load and slower; a saga that comes alone never waits
 * @param timeline whether the event log tells of a saga's events what they were, and of those that the service says as
 *     well as of those it hears; default false: then it has ids alone
 * @param outboxShards relays per service, 1 to 64, default 1; fixed for the life of an outbox
 * @param statementTimeout how long a statement of the database may take before its connection is closed, 6 s to 1 h,
 *     default 15 s; longer than the sessions' lock wait of 5 s. More lets a slow database finish, and makes a silent one be
 *     waited for longer
 * @param relayBatch most rows that a relay reads at once, 1 to 500, default 20; a row is what one transaction said, up to
 *     200 events and 256 KiB
 * @param relayPoll how often a relay looks for rows that nobody announced (another instance's, or a crash left them), and
 *     how long it has nothing to send before it takes out what it has sent, be it less than half of {@code relayBatch};
 *     default 20 ms
 * @param lockLease how long a relay that stopped answering keeps its shard, default 10 s; shorter moves on faster,
 *     longer survives longer pauses of the JVM; 5 s to 1 h. A send is given up
 *     after seven tenths of it, so that a relay that waits for Kafka keeps its shard
 * @param outboxLimit events in the outbox above which new orders are refused, default 100,000
 * @param prune pause between looks for what is old, default 5 s
 * @param keepEvents how long a saga's rows in the event log are kept, from the saga's beginning, default 7 days. Fences,
 *     not this log, keep an older event from a second effect; where the log is a timeline, it is as long as this
 * @param keepLetters how long a dead letter is remembered after it was replayed or discarded, default 30 days; longer
 *     than the topics keep their records, or it is handled again when they are read anew
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
        @DefaultValue("10s") Duration lockLease,
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
        bounded("lock-lease seconds", lockLease.toSeconds(), 5, 3_600);
    }

    private static void bounded(String name, long value, long least, long most) {
        Bounds.check("saga.delivery." + name, value, least, most);
    }

    public String source() {
        return "/" + service;
    }

    public String group() {
        return topicPrefix + service;
    }
}
