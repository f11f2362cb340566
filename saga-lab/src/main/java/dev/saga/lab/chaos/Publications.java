package dev.saga.lab.chaos;

import dev.saga.event.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The events that a service published on its topic. Garbage and copies, which faults put there, are left out. */
final class Publications {
    private final Topic topic;
    private final List<Published> all = new ArrayList<>();
    private final Map<String, Published> first = new HashMap<>();

    private Publications(Topic topic) {
        this.topic = topic;
    }

    /** Reads all records of a topic. */
    static Publications of(Topic topic, ChaosWire wire) {
        var publications = new Publications(topic);
        wire.topics().read(topic, Long.MAX_VALUE, record -> {
            if (!ChaosWire.isGarbage(record) && !ChaosWire.isCopy(record)) {
                publications.add(Published.of(record));
            }
        });
        return publications;
    }

    private void add(Published published) {
        all.add(published);
        first.merge(published.id, published, (one, next) -> next.recorded < one.recorded ? next : one);
    }

    /** Returns the ids of the events. */
    Set<String> ids() {
        return first.keySet();
    }

    /**
     * Returns one sentence if events of one order are not in the order in which they were decided, within a partition;
     * else an empty list. Only the first publication of an event counts, the one with the earliest record time: a
     * repetition can be in another partition, because a topic gets more partitions.
     */
    List<String> outOfOrder() {
        Map<String, Instant> latest = new HashMap<>();
        List<String> found = new ArrayList<>();
        for (Published event : all) {
            if (event.equals(first.get(event.id))) {
                Instant before = latest.put(event.place, event.decided);
                if (before != null && before.isAfter(event.decided)) {
                    found.add(event.type + " of " + event.place + " decided at " + event.decided + ", after " + before);
                }
            }
        }
        return found.isEmpty()
                ? List.of()
                : List.of(found.size() + " events out of order on the topic " + topic.text() + ", the first: "
                        + found.getFirst());
    }

    /**
     * One record of a topic.
     *
     * @param place partition and saga
     * @param offset offset in the partition
     * @param recorded time of the record, ms: when its producer sent it
     * @param decided time of the event
     */
    private record Published(String id, String type, String place, long offset, long recorded, Instant decided) {
        static Published of(ConsumerRecord<byte[], byte[]> record) {
            JsonNode event = JsonMapper.shared().readTree(record.value());
            return new Published(
                    event.path("id").asString(),
                    event.path("type").asString(),
                    record.partition() + "/" + event.path("subject").asString(),
                    record.offset(),
                    record.timestamp(),
                    Instant.parse(event.path("time").asString()));
        }
    }
}
