package dev.saga.lab.chaos;

import dev.saga.events.Participant;
import dev.saga.events.ShopTopic;
import dev.saga.lab.chaos.Load.Expected;
import dev.saga.lab.probe.Databases;
import dev.saga.lab.probe.Invariants;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Checks a system at rest: every accepted order, the dead letters and the topics. */
final class Verdict {
    private final Databases databases;
    private final ChaosWire wire;
    private final Operators operators;
    private final Load load;
    private final List<String> faults = new ArrayList<>();

    Verdict(Scene scene, Load load) {
        this.databases = scene.stack().databases();
        this.wire = scene.wire();
        this.operators = scene.operators();
        this.load = load;
    }

    /** Returns one sentence per broken promise; empty if every promise was kept. */
    List<String> broken() {
        faults.addAll(new Invariants(databases).violations());
        try (Connection connection = databases.connect(Participant.ORDER)) {
            checkOrders(connection);
            checkDeadLetters();
            checkAudit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        for (ShopTopic topic : ShopTopic.values()) {
            Publications published = Publications.of(topic, wire);
            faults.addAll(published.outOfOrder());
            if (topic == ShopTopic.ORDER) {
                checkPublished(published.ids());
            }
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
                Expected expected = expectedOf(rows.getString(1), open.remove(rows.getString(1)));
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

    private @Nullable Expected expectedOf(String order, @Nullable Expected customers) {
        if (operators.cancelled().contains(order)) {
            return Expected.CANCELLED;
        }
        return customers != null && operators.triedToCancel(order) ? Expected.PERHAPS : customers;
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

    /** A command whose response was lost may be in the audit several times, and one with a response is. */
    private void checkAudit() throws SQLException {
        long audited = 0;
        for (Participant service : Participant.values()) {
            try (Connection connection = databases.connect(service)) {
                audited += number(
                        connection, "SELECT COUNT(*) FROM audit WHERE action LIKE 'relay.%' OR action LIKE 'saga.%'");
            }
        }
        if (audited < operators.answered() || audited > operators.sent()) {
            faults.add("commands in the audit: " + audited + ", but operators sent " + operators.sent() + " and "
                    + operators.answered() + " were accepted");
        }
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
}
