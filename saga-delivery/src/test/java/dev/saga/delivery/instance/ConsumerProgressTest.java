package dev.saga.delivery.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumerProgressTest {
    private static final TopicPartition ZERO = new TopicPartition("trips", 0);
    private static final TopicPartition ONE = new TopicPartition("trips", 1);
    private final ConsumerProgress progress = new ConsumerProgress();
    private final ConsumerProgress.Lane lane = progress.begin();

    @Test
    void lagCountsUnhandledRecords() {
        lane.position(ZERO, 10);
        lane.position(ONE, 0);
        progress.ends(Map.of(ZERO, 25L, ONE, 1L));
        assertThat(progress.lag()).isEqualTo(16);
        assertThat(progress.partitions()).containsExactlyInAnyOrder(ZERO, ONE);
    }

    @Test
    void polledRecordsCountUntilTheyAreHandled() {
        lane.position(ZERO, 10);
        progress.ends(Map.of(ZERO, 25L));
        lane.addPolled(15);
        lane.position(ZERO, 25);
        assertThat(progress.lag()).isEqualTo(15);
        lane.addHandled(Map.of(ZERO, 25L), 15);
        assertThat(progress.lag()).isZero();
    }

    @Test
    void kafkaTransactionMarkersAreNotLag() {
        lane.position(ZERO, 10);
        lane.addPolled(1);
        lane.addHandled(Map.of(ZERO, 11L), 1);
        progress.ends(Map.of(ZERO, 12L));
        lane.position(ZERO, 12);
        assertThat(progress.lag()).isZero();
    }

    @Test
    void endedConsumersAndRevokedPartitionsDoNotCount() {
        lane.position(ZERO, 0);
        lane.position(ONE, 0);
        progress.ends(Map.of(ZERO, 5L, ONE, 7L));
        lane.assigned(Set.of(ONE));
        assertThat(progress.lag()).isEqualTo(7);
        progress.end(lane);
        assertThat(progress.lag()).isZero();
    }
}
