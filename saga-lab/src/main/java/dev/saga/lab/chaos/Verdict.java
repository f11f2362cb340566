package dev.saga.lab.chaos;

import dev.saga.event.Topic;
import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.chaos.Load.Expected;
import dev.saga.lab.probe.Databases;
import dev.saga.lab.probe.Invariants;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks a system at rest: every accepted order, the dead letters and the topics. */
final class Verdict {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Databases databases;
    private final ChaosWire wire;
    private final Load load;
    private final List<String> faults = new ArrayList<>();

    Verdict(Databases databases, ChaosWire wire, Load load) {
        this.databases = databases;
        this.wire = wire;
        this.load = load;
    }

    /** Returns one sentence per broken promise; empty if every promise was kept. */
    List<String> broken() {
        faults.addAll(new Invariants(databases).violations());
        try (Connection connection = databases.connect(Participant.ORDER)) {
            checkOrders(connection);
            checkDeadLetters();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        for (Topic topic : ShopTopic.values()) {
            checkOrder(topic);
        }
        if (load.unexpectedResponses() > 0) {
            faults.add("submissions with a response that is neither an order nor 503: " + load.unexpectedResponses());
        }
        return faults;
    }

    private void checkOrders(Connection connection) throws SQLException {
        Map<String, Expected> open = new HashMap<>(load.accepted());
        Map<String, Long> ends = new TreeMap<>();
        List<String> unexpected = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT order_id, status, cancel_reason FROM orders WHERE user_id = '" + Load.USER + "'")) {
            while (rows.next()) {
                String end = rows.getString(2) + (rows.getString(3) == null ? "" : " " + rows.getString(3));
                ends.merge(end, 1L, Long::sum);
                Expected expected = open.remove(rows.getString(1));
                if (expected != null && !isExpected(expected, end)) {
                    unexpected.add(rows.getString(1) + " is " + end + " instead of " + expected);
                }
            }
        }
        expect("accepted orders that are missing", open.size(), 0);
        expect(
                "orders with a wrong final state: "
                        + unexpected.stream().limit(3).toList(),
                unexpected.size(),
                0);
        long stored = ends.values().stream().mapToLong(count -> count).sum();
        if (stored > load.submitted()) {
            faults.add("orders stored for " + load.submitted() + " submissions: " + stored);
        }
        if (ends.getOrDefault("CONFIRMED", 0L) * 2 < stored) {
            faults.add("less than half of the orders were confirmed: " + ends);
        }
        expect("orders without the Idempotency-Key of their submission", withoutKey(connection), 0);
        expect("customers without an order after 120 tries", load.givenUp(), 0);
    }

    private static boolean isExpected(Expected expected, String end) {
        return switch (expected) {
            case PAID ->
                Set.of("CONFIRMED", "CANCELLED TIMED_OUT", "CANCELLED PAYMENT_UNAVAILABLE")
                        .contains(end);
            case CANCELLED -> end.startsWith("CANCELLED ");
            case PERHAPS -> end.equals("CONFIRMED") || end.startsWith("CANCELLED ");
        };
    }

    private static long withoutKey(Connection connection) throws SQLException {
        return number(
                connection,
                "SELECT COUNT(*) FROM orders o LEFT JOIN idempotency_key k ON k.order_id = o.order_id"
                        + " AND k.user_id = o.user_id WHERE o.user_id = '" + Load.USER + "' AND k.order_id IS NULL");
    }

    private void checkDeadLetters() throws SQLException {
        long injected = 0;
        long others = 0;
        for (Participant service : Participant.values()) {
            String letters = "SELECT COUNT(*) FROM dead_letter WHERE record_key ";
            try (Connection connection = databases.connect(service)) {
                injected += number(connection, letters + "LIKE '" + ChaosWire.GARBAGE + "%'");
                others += number(connection, letters + "IS NULL OR record_key NOT LIKE '" + ChaosWire.GARBAGE + "%'");
            }
        }
        expect("dead letters of records that are not garbage", others, 0);
        expect("dead letters of garbage", injected, wire.lettersDue());
    }

    private void expect(String what, long found, long wanted) {
        if (found != wanted) {
            faults.add(what + ": " + found + (wanted == 0 ? "" : " instead of " + wanted));
        }
    }

    /** Returns the longest time in ms from an order's submission to its final state. */
    static long longestSagaMillis(Databases databases) {
        try (Connection connection = databases.connect(Participant.ORDER)) {
            return number(
                    connection,
                    "SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, created_at, updated_at)), 0) DIV 1000 FROM orders");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * Checks that events of one order and one service are in the order in which they were decided, in each partition.
     * Only the first publication of an event counts, the one with the earliest record time: a repetition can be in
     * another partition, because a topic gets more partitions.
     */
    private void checkOrder(Topic topic) {
        List<Published> all = new ArrayList<>();
        Map<String, Published> first = new HashMap<>();
        wire.topics().read(topic, Long.MAX_VALUE, record -> {
            if (!isCopyOrGarbage(record)) {
                Published published = Published.of(record);
                all.add(published);
                first.merge(published.id, published, (one, next) -> next.recorded < one.recorded ? next : one);
            }
        });
        Map<String, Instant> latest = new HashMap<>();
        List<String> outOfOrder = new ArrayList<>();
        for (Published event : all) {
            if (event.equals(first.get(event.id))) {
                Instant before = latest.put(event.place, event.decided);
                if (before != null && before.isAfter(event.decided)) {
                    outOfOrder.add(
                            event.type + " of " + event.place + " decided at " + event.decided + ", after " + before);
                }
            }
        }
        if (topic == ShopTopic.ORDER) {
            checkPublished(first.keySet());
        }
        if (!outOfOrder.isEmpty()) {
            faults.add(outOfOrder.size() + " events out of order on the topic " + topic.text() + ", the first: "
                    + outOfOrder.getFirst());
        }
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
            JsonNode event = JSON.readTree(record.value());
            return new Published(
                    event.path("id").asString(),
                    event.path("type").asString(),
                    record.partition() + "/" + event.path("subject").asString(),
                    record.offset(),
                    record.timestamp(),
                    Instant.parse(event.path("time").asString()));
        }
    }

    /** Checks that every event that order-svc recorded as its own is on its topic. */
    private void checkPublished(Set<String> seen) {
        try (Connection connection = databases.connect(Participant.ORDER);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT JSON_VALUE(event, '$.id') AS event_id FROM event_log WHERE JSON_VALUE(event, '$.source') = '/order-svc'")) {
            long lost = 0;
            while (rows.next()) {
                lost += seen.contains(rows.getString(1)) ? 0 : 1;
            }
            expect("events of order-svc that are not on its topic", lost, 0);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isCopyOrGarbage(ConsumerRecord<byte[], byte[]> record) {
        return ChaosWire.isGarbage(record) || ChaosWire.isCopy(record);
    }
}
