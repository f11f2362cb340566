package dev.saga.delivery.consumer;

import dev.saga.delivery.instance.ConsumerProgress;
import dev.saga.delivery.wire.Payload;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka consumer with two additions. Its polls are bounded in bytes. A damaged batch stops only its own partition:
 * that partition is paused and tried again every minute, and the others continue.
 */
final class BoundedConsumer extends KafkaConsumer<byte[], Payload> {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedConsumer.class);
    private static final Duration UNTIL_RETRY = Duration.ofMinutes(1);
    private static final Duration BETWEEN_NOTES = Duration.ofSeconds(1);

    private final PollBudget budget;
    private final ConsumerProgress.Lane progress;
    private final Map<TopicPartition, Long> damaged = new ConcurrentHashMap<>();
    private long noted = System.nanoTime();

    BoundedConsumer(Map<String, Object> settings, PollBudget budget, ConsumerProgress.Lane progress) {
        super(settings, budget.keys(), budget.values());
        this.budget = budget;
        this.progress = progress;
    }

    @Override
    public ConsumerRecords<byte[], Payload> poll(Duration timeout) {
        budget.begin();
        retryDamaged();
        notePositions();
        try {
            ConsumerRecords<byte[], Payload> records = super.poll(timeout);
            progress.addPolled(records.count());
            return records;
        } catch (KafkaException failure) {
            TopicPartition partition = partitionOf(failure);
            if (partition == null) {
                throw failure;
            }
            leaveOut(partition, failure);
            return ConsumerRecords.empty();
        }
    }

    /** Finds the partition of a failure. Kafka names it only in the message. */
    private @Nullable TopicPartition partitionOf(KafkaException failure) {
        String message = String.valueOf(failure.getMessage());
        return assignment().stream()
                .filter(partition -> message.contains("next record from " + partition + "."))
                .findFirst()
                .orElse(null);
    }

    private void leaveOut(TopicPartition partition, KafkaException failure) {
        damaged.put(partition, System.nanoTime());
        progress.damaged(damaged.keySet());
        pause(List.of(partition));
        LOG.error(
                "a damaged batch stops a partition, all others continue partition={} offset={} reason=\"{}\"",
                partition,
                position(partition),
                String.valueOf(failure.getCause()));
    }

    private void retryDamaged() {
        long now = System.nanoTime();
        damaged.entrySet().stream()
                .filter(entry -> now - entry.getValue() > UNTIL_RETRY.toNanos()
                        || !assignment().contains(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::takeUp);
    }

    private void takeUp(TopicPartition partition) {
        damaged.remove(partition);
        progress.damaged(damaged.keySet());
        if (assignment().contains(partition)) {
            seek(partition, position(partition));
            super.resume(List.of(partition));
        }
    }

    /** Resumes partitions, except damaged ones, which stay paused. */
    @Override
    public void resume(Collection<TopicPartition> partitions) {
        Set<TopicPartition> sound = new HashSet<>(partitions);
        sound.removeAll(damaged.keySet());
        super.resume(sound);
    }

    /**
     * Stores the positions in the progress, once per second. If all polled records are handled, everything before the
     * position counts as handled, including Kafka's transaction markers.
     */
    private void notePositions() {
        long now = System.nanoTime();
        if (now - noted > BETWEEN_NOTES.toNanos()) {
            noted = now;
            Set<TopicPartition> assigned = assignment();
            progress.assigned(assigned);
            assigned.forEach(this::notePosition);
        }
    }

    private void notePosition(TopicPartition partition) {
        try {
            progress.position(partition, position(partition, Duration.ZERO));
        } catch (KafkaException notKnownYet) {
            LOG.trace("no position yet partition={}", partition);
        }
    }
}
