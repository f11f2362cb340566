package dev.saga.lab.chaos;

import dev.saga.events.Topic;
import dev.saga.lab.stack.Databases;
import dev.saga.lab.stack.Invariants;
import dev.saga.lab.stack.Service;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Judges a system at rest: what became of every order that was accepted, and of everything else. */
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

    /** What is broken, a sentence each; empty where every promise was kept. */
    List<String> broken() {
        faults.addAll(new Invariants(databases).violations());
        try (Connection connection = databases.connect(Service.ORDER)) {
            orders(connection);
            letters(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        for (Topic topic : Topic.values()) {
            order(topic);
        }
        if (load.mistaken() > 0) {
            faults.add("submissions answered neither with an order nor with 503: " + load.mistaken());
        }
        return faults;
    }

    private void orders(Connection connection) throws SQLException {
        Set<String> lost = new HashSet<>(load.accepted());
        long stored = 0;
        long restless = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT order_id, status FROM orders WHERE user_id = '" + Load.USER + "'")) {
            while (rows.next()) {
                stored++;
                lost.remove(rows.getString(1));
                String status = rows.getString(2);
                restless += status.equals("CONFIRMED") || status.equals("CANCELLED") ? 0 : 1;
            }
        }
        expect("accepted orders that are not there", lost.size(), 0);
        expect("orders that are not final", restless, 0);
        if (stored > load.submitted()) {
            faults.add("orders stored for " + load.submitted() + " wishes: " + stored);
        }
    }

    private void letters(Connection connection) throws SQLException {
        long injected = 0;
        long others = 0;
        for (Service service : Service.values()) {
            String letters = "SELECT COUNT(*) FROM " + databases.schema(service) + ".dead_letter WHERE record_key ";
            injected += number(connection, letters + "LIKE '" + ChaosWire.GARBAGE + "%'");
            others += number(connection, letters + "IS NULL OR record_key NOT LIKE '" + ChaosWire.GARBAGE + "%'");
        }
        expect("dead letters of what was not garbage", others, 0);
        expect("dead letters of garbage", injected, wire.lettersDue());
    }

    private void expect(String what, long found, long wanted) {
        if (found != wanted) {
            faults.add(what + ": " + found + (wanted == 0 ? "" : " instead of " + wanted));
        }
    }

    /** The longest time from an order's submission to its final state. */
    static long longestSagaMillis(Databases databases) {
        try (Connection connection = databases.connect(Service.ORDER)) {
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

    /** Events of one order from one service lie in the order in which they were decided; repetitions aside. */
    private void order(Topic topic) {
        Map<String, Instant> latest = new HashMap<>();
        Set<String> seen = new HashSet<>();
        List<String> outOfOrder = new ArrayList<>();
        wire.read(topic, Long.MAX_VALUE, record -> {
            if (isCopyOrGarbage(record)) {
                return;
            }
            JsonNode event = JSON.readTree(record.value());
            String place = record.partition() + "/" + event.path("subject").asString();
            Instant time = Instant.parse(event.path("time").asString());
            if (seen.add(event.path("id").asString())) {
                Instant before = latest.put(place, time);
                if (before != null && before.isAfter(time)) {
                    outOfOrder.add(event.path("type").asString() + " of " + place + " decided at " + time + ", after "
                            + before);
                }
            }
        });
        if (!outOfOrder.isEmpty()) {
            faults.add(outOfOrder.size() + " events out of order on the topic " + topic.text() + ", the first: "
                    + outOfOrder.getFirst());
        }
    }

    private static boolean isCopyOrGarbage(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null
                || new String(record.key(), StandardCharsets.UTF_8).startsWith(ChaosWire.GARBAGE)
                || new String(record.value(), StandardCharsets.UTF_8).contains(ChaosWire.COPY);
    }
}
