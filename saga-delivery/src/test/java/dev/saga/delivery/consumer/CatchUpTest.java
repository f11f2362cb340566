package dev.saga.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.instance.ConsumerProgress;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CatchUpTest {
    private static final TopicPartition ONE = new TopicPartition("trips", 0);
    private static final TopicPartition OTHER = new TopicPartition("hotels", 0);

    private final ConsumerProgress progress = new ConsumerProgress();
    private final ConsumerProgress.Lane lane = progress.begin();
    private final CatchUp catchUp = new CatchUp(progress::hasCaughtUp);

    @Test
    void isDoneOnceRecordsPresentAtTheStartAreHandled() {
        progress.ends(Map.of());
        assertThat(catchUp.isDone()).as("nothing is assigned").isFalse();
        lane.assigned(Set.of(ONE, OTHER));
        lane.position(ONE, 5);
        progress.ends(Map.of(ONE, 5L));
        assertThat(catchUp.isDone()).as("a position is not known").isFalse();
        lane.position(OTHER, 0);
        progress.ends(Map.of(ONE, 5L));
        assertThat(catchUp.isDone()).as("an end is not known").isFalse();
        progress.ends(Map.of(ONE, 5L, OTHER, 7L));
        assertThat(catchUp.isDone()).as("behind").isFalse();
        lane.addPolled(7);
        lane.addHandled(Map.of(OTHER, 7L), 7);
        progress.ends(Map.of(ONE, 5L, OTHER, 9L));
        assertThat(catchUp.isDone()).as("what came later does not count").isTrue();
        lane.assigned(Set.of());
        progress.ends(Map.of(ONE, 50L));
        assertThat(catchUp.isDone()).as("stays so").isTrue();
    }
}
