package dev.saga.delivery.instance;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares existing topics with the settings and with what an acknowledgement must mean. The settings count only when a
 * topic is created, so a difference is a warning, logged once.
 */
final class TopicGuard {
    private static final Logger LOG = LoggerFactory.getLogger(TopicGuard.class);

    private final DeliveryProperties properties;
    private boolean checked;

    TopicGuard(DeliveryProperties properties) {
        this.properties = properties;
    }

    /** Logs the differences, once per process. Says so if the user of Kafka may not read the topics' settings. */
    synchronized void check(Admin admin, Collection<TopicDescription> topics) throws InterruptedException {
        if (checked) {
            return;
        }
        try {
            Map<ConfigResource, Config> configs = admin.describeConfigs(
                            topics.stream().map(TopicGuard::resource).toList())
                    .all()
                    .get();
            topics.forEach(topic -> Stream.concat(
                            ofPlaces(topic), ofAcknowledgements(topic, requireNonNull(configs.get(resource(topic)))))
                    .forEach(difference -> LOG.warn("topic {} {}", topic.name(), difference)));
        } catch (ExecutionException e) {
            LOG.info("the topics' settings are unknown reason=\"{}\"", String.valueOf(e.getCause()));
        }
        checked = true;
    }

    private static ConfigResource resource(TopicDescription topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    }

    /** Returns a sentence, without its subject, per difference in the number of partitions and replicas. */
    Stream<String> ofPlaces(TopicDescription topic) {
        int partitions = topic.partitions().size();
        int replicas = replicas(topic);
        return Stream.of(
                        partitions == properties.partitions()
                                ? ""
                                : "has " + partitions + " partitions, but saga.delivery.partitions is "
                                        + properties.partitions() + ": it counts only when a topic is created",
                        replicas >= properties.replicationFactor()
                                ? ""
                                : "has a partition with " + replicas
                                        + " replicas, but saga.delivery.replication-factor is "
                                        + properties.replicationFactor()
                                        + ": add replicas with kafka-reassign-partitions")
                .filter(difference -> !difference.isEmpty());
    }

    /** Returns such a sentence per setting with which Kafka can lose events that it has acknowledged. */
    Stream<String> ofAcknowledgements(TopicDescription topic, Config config) {
        boolean byOneBroker = replicas(topic) >= Topics.REPLICAS_OF_A_CLUSTER
                && Integer.parseInt(value(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)) < 2;
        boolean unclean = Boolean.parseBoolean(value(config, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG));
        return Stream.of(
                        byOneBroker
                                ? "acknowledges an event that only one broker has: set "
                                        + TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG + "=2"
                                : "",
                        unclean
                                ? "can lose acknowledged events: set "
                                        + TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG + "=false"
                                : "")
                .filter(difference -> !difference.isEmpty());
    }

    private static int replicas(TopicDescription topic) {
        return topic.partitions().stream()
                .map(TopicPartitionInfo::replicas)
                .mapToInt(List::size)
                .min()
                .orElse(0);
    }

    private static String value(Config config, String name) {
        return requireNonNull(config.get(name), name).value();
    }
}
