package dev.saga.delivery.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class TopicGuardTest {
    private final TopicGuard guard = new TopicGuard(new Binder(new MapConfigurationPropertySource(java.util.Map.of(
                    "saga.delivery.service", "some-svc",
                    "saga.delivery.bootstrap-servers", "127.0.0.1:1",
                    "saga.delivery.partitions", "6",
                    "saga.delivery.replication-factor", "3")))
            .bind("saga.delivery", DeliveryProperties.class)
            .get());

    private static TopicDescription topic(int partitions, int replicas) {
        Node broker = new Node(1, "127.0.0.1", 1);
        List<Node> brokers = Collections.nCopies(replicas, broker);
        return new TopicDescription(
                "order",
                false,
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartitionInfo(number, broker, brokers, brokers))
                        .toList());
    }

    private static Config config(int inSync, boolean unclean) {
        return new Config(List.of(
                new ConfigEntry("min.insync.replicas", String.valueOf(inSync)),
                new ConfigEntry("unclean.leader.election.enable", String.valueOf(unclean))));
    }

    @Test
    void aTopicThatFitsIsNotMentioned() {
        assertThat(guard.ofPlaces(topic(6, 3))).isEmpty();
        assertThat(guard.ofAcknowledgements(topic(6, 3), config(2, false))).isEmpty();
        assertThat(guard.ofAcknowledgements(topic(6, 1), config(1, false)))
                .as("one broker is a choice")
                .isEmpty();
    }

    @Test
    void otherNumbersAreMentionedWithBothValues() {
        assertThat(guard.ofPlaces(topic(12, 1)))
                .satisfiesExactly(
                        partitions -> assertThat(partitions)
                                .startsWith("has 12 partitions, but saga.delivery.partitions is 6"),
                        replicas -> assertThat(replicas)
                                .startsWith(
                                        "has a partition with 1 replicas, but saga.delivery.replication-factor is 3"));
    }

    @Test
    void acknowledgementsThatCanBeLostAreMentioned() {
        assertThat(guard.ofAcknowledgements(topic(6, 3), config(1, true)))
                .containsExactly(
                        "acknowledges an event that only one broker has: set min.insync.replicas=2",
                        "can lose acknowledged events: set unclean.leader.election.enable=false");
    }
}
