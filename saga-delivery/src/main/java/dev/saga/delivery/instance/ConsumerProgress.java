package dev.saga.delivery.instance;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The progress of this instance's consumers. The end offsets of partitions come from the broker, because a consumer
 * that hangs or is paused does not learn of new records.
 */
public final class ConsumerProgress {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerProgress.class);
    private static final Duration STALLED_AFTER = Duration.ofMinutes(1);

    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private volatile Map<TopicPartition, Long> ends = Map.of();
    private volatile long movedAt = System.nanoTime();
    private volatile boolean stalled;
    private volatile Map<TopicPartition, Long> atTheStart = Map.of();
    private volatile boolean caughtUp;

    /** The progress of one consumer. */
    public final class Lane {
        private final Map<TopicPartition, Long> handled = new ConcurrentHashMap<>();
        private final AtomicLong inHand = new AtomicLong();
        private volatile Set<TopicPartition> damaged = Set.of();
        private volatile Set<TopicPartition> assigned = Set.of();

        /** Adds records that a poll has returned. */
        public void addPolled(int records) {
            inHand.addAndGet(records);
        }

        /** Stores the progress of a committed batch; {@code next} are the offsets after its records. */
        public void addHandled(Map<TopicPartition, Long> next, int records) {
            handled.putAll(next);
            inHand.addAndGet(-records);
            movedAt = System.nanoTime();
        }

        /** Stores the partitions that the consumer reads now. */
        public void assigned(Set<TopicPartition> partitions) {
            assigned = Set.copyOf(partitions);
            handled.keySet().retainAll(partitions);
        }

        /**
         * Stores the offset of the record that the consumer fetches next. If no polled record is unhandled, every
         * record before this offset counts as handled.
         */
        public void position(TopicPartition partition, long offset) {
            if (inHand.get() == 0) {
                handled.put(partition, offset);
            } else {
                handled.putIfAbsent(partition, offset);
            }
        }

        /** Stores the partitions that a damaged batch stops. */
        public void damaged(Set<TopicPartition> partitions) {
            damaged = Set.copyOf(partitions);
        }

        private boolean hasPositions() {
            return handled.keySet().containsAll(assigned);
        }

        private boolean hasHandled(Map<TopicPartition, Long> goal) {
            return handled.entrySet().stream()
                    .allMatch(entry -> entry.getValue() >= goal.getOrDefault(entry.getKey(), 0L));
        }

        private long lag(boolean ofDamagedToo) {
            return handled.entrySet().stream()
                    .filter(entry -> ofDamagedToo || !damaged.contains(entry.getKey()))
                    .mapToLong(entry -> Math.max(0, ends.getOrDefault(entry.getKey(), 0L) - entry.getValue()))
                    .sum();
        }
    }

    /** Registers a consumer; call {@link #end} when the consumer ends. */
    public Lane begin() {
        var lane = new Lane();
        lanes.add(lane);
        return lane;
    }

    public void end(Lane lane) {
        lanes.remove(lane);
    }

    /** Returns all partitions that this instance reads. */
    public Set<TopicPartition> partitions() {
        Set<TopicPartition> all = new HashSet<>();
        lanes.forEach(lane -> all.addAll(lane.handled.keySet()));
        return all;
    }

    /** Stores the end offsets that the broker returned; the ends of other partitions stay unchanged. */
    public void ends(Map<TopicPartition, Long> now) {
        Map<TopicPartition, Long> all = new HashMap<>(ends);
        all.putAll(now);
        ends = all;
        catchUp();
        if (lag(false) == 0) {
            movedAt = System.nanoTime();
        }
        boolean before = stalled;
        stalled = System.nanoTime() - movedAt > STALLED_AFTER.toNanos();
        if (stalled && !before) {
            LOG.error("the consumer makes no progress records_waiting={}", lag());
        }
    }

    private void catchUp() {
        Set<TopicPartition> partitions = partitions();
        boolean known = !partitions.isEmpty()
                && ends.keySet().containsAll(partitions)
                && lanes.stream().allMatch(Lane::hasPositions);
        if (atTheStart.isEmpty() && known) {
            atTheStart = ends;
        }
        caughtUp = caughtUp || (known && lanes.stream().allMatch(lane -> lane.hasHandled(atTheStart)));
    }

    /**
     * Returns true once this instance has handled every record that was in its partitions when it began to read them.
     */
    public boolean hasCaughtUp() {
        return caughtUp;
    }

    /** Returns the number of records in this instance's partitions that are not handled yet. */
    long lag() {
        return lag(true);
    }

    private long lag(boolean ofDamagedToo) {
        return lanes.stream().mapToLong(lane -> lane.lag(ofDamagedToo)).sum();
    }

    /** Returns true if partitions that are not damaged have unhandled records and no batch was handled for a minute. */
    public boolean isStalled() {
        return stalled;
    }

    /** Returns the number of partitions that a damaged batch stops. */
    public int damaged() {
        return lanes.stream().mapToInt(lane -> lane.damaged.size()).sum();
    }
}
