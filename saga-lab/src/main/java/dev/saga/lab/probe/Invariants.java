package dev.saga.lab.probe;

import dev.saga.events.Participant;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contract's invariants, as queries over the three databases. If payment-svc has another kind of database, its rows
 * are first copied beside the others' (see {@link PaymentCopy}). The ones on stock and money held are true in every
 * state; the others can be checked once nothing is under way ({@link #underWay()} is zero).
 */
public final class Invariants {
    private final Databases databases;

    public Invariants(Databases databases) {
        this.databases = databases;
    }

    /** Returns how many orders are not final, charges are open and events are not yet published, in total. */
    public long underWay() {
        return waiting().values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns the work that is left in the databases and in the topics, with its counts; empty if the system is at
     * rest. Counts the databases before and after the topics, because rows can become records, and records can become
     * rows, in between.
     */
    public Map<String, Long> moving(TopicReader topics) {
        Map<String, Long> moving = new TreeMap<>(waiting());
        topics.lags()
                .forEach((service, lag) -> moving.put("records that " + service.text() + " has not acknowledged", lag));
        waiting().forEach((what, count) -> moving.merge(what, count, Math::max));
        moving.values().removeIf(count -> count == 0);
        return moving;
    }

    private Map<String, Long> waiting() {
        Map<String, Long> waiting = new TreeMap<>();
        waiting.put("orders that are not final", count(Participant.ORDER, "orders WHERE due_at IS NOT NULL"));
        waiting.put(
                "payments that wait for the gateway", count(Participant.PAYMENT, "payment WHERE due_at IS NOT NULL"));
        for (Participant service : Participant.values()) {
            waiting.put("events that " + service.text() + " has not published", count(service, "outbox"));
        }
        return waiting;
    }

    private long count(Participant service, String rows) {
        try (Connection connection = databases.connect(service);
                Statement statement = connection.createStatement()) {
            return number(statement, "SELECT COUNT(*) FROM " + rows);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns one sentence per broken rule; empty if all rules hold. */
    public List<String> violations() {
        List<String> broken = new ArrayList<>();
        try (Connection connection = databases.connect(Participant.ORDER);
                Statement statement = connection.createStatement()) {
            if (isPaymentElsewhere()) {
                PaymentCopy.into(connection, databases);
            }
            for (Rule rule : Rule.values()) {
                long found = number(statement, rule.counts);
                if (found > 0) {
                    broken.add(rule.sentence + ": " + found);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return broken;
    }

    private long number(Statement statement, String query) throws SQLException {
        String text = query;
        for (Participant service : Participant.values()) {
            text = text.replace("{" + service.name().toLowerCase(Locale.ROOT) + "}", place(service));
        }
        try (ResultSet rows = statement.executeQuery(text)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Returns the schema with a service's tables, or with their copies. */
    private String place(Participant service) {
        return databases.schema(service == Participant.PAYMENT && isPaymentElsewhere() ? Participant.ORDER : service);
    }

    private boolean isPaymentElsewhere() {
        return databases.onPostgreSql().contains(Participant.PAYMENT);
    }

    /** A rule and the query that counts its violations. */
    private enum Rule {
        STOCK_ADDS_UP("products whose stock put in is not available + reserved, or whose ledger differs", """
                SELECT COUNT(*) FROM {inventory}.product p JOIN (
                    SELECT product_id, SUM(IF(kind = 'STOCKED', quantity, 0)) AS put_in, SUM(quantity) AS now
                    FROM {inventory}.ledger GROUP BY product_id) l USING (product_id)
                WHERE l.put_in <> p.available + p.reserved OR l.now <> p.available OR p.available < 0
                """),
        ONE_RESERVATION_IN_THE_LEDGER("products reserved or released more than once for one order", """
                SELECT COUNT(*) FROM (
                    SELECT 1 FROM {inventory}.ledger WHERE transaction_id IS NOT NULL
                    GROUP BY transaction_id, product_id, kind HAVING COUNT(*) > 1) twice
                """),
        NOTHING_HELD_FOR_CANCELLED("cancelled orders that still hold stock", """
                SELECT COUNT(*) FROM {order}.orders o JOIN {inventory}.reservation r ON r.transaction_id = o.order_id
                WHERE o.status = 'CANCELLED' AND r.status = 'HELD'
                """),
        CONFIRMED_IS_HELD("confirmed orders without their stock", """
                SELECT COUNT(*) FROM {order}.orders o
                LEFT JOIN {inventory}.reservation r ON r.transaction_id = o.order_id AND r.status = 'HELD'
                WHERE o.status = 'CONFIRMED' AND r.transaction_id IS NULL
                """),
        CONFIRMED_IS_CHARGED("confirmed orders whose charge is not their total", """
                SELECT COUNT(*) FROM {order}.orders o
                LEFT JOIN {payment}.simulated_charge c ON c.transaction_id = o.order_id AND c.approved AND NOT c.refunded
                LEFT JOIN {payment}.payment p ON p.transaction_id = o.order_id AND p.status = 'COMPLETED'
                LEFT JOIN {order}.order_price t ON t.order_id = o.order_id
                WHERE o.status = 'CONFIRMED' AND (p.amount IS NULL OR t.total_price IS NULL OR p.amount <> t.total_price
                    OR COALESCE(c.amount, 0) <> t.total_price)
                """),
        CANCELLED_IS_NOT_CHARGED("cancelled orders whose money was not refunded", """
                SELECT COUNT(*) FROM {order}.orders o
                JOIN {payment}.simulated_charge c ON c.transaction_id = o.order_id AND c.approved AND NOT c.refunded
                WHERE o.status = 'CANCELLED'
                """),
        MONEY_IS_FOR_ORDERS("charges without an order", """
                SELECT COUNT(*) FROM {payment}.simulated_charge c
                LEFT JOIN {order}.orders o ON o.order_id = c.transaction_id
                WHERE c.approved AND NOT c.refunded AND o.order_id IS NULL
                """),
        ENDED_ONCE("orders whose final event is missing, repeated or wrong", """
                SELECT COUNT(*) FROM {order}.orders o LEFT JOIN (
                    SELECT transaction_id, SUM(type = 'ORDER_CANCELLED') AS cancelled, SUM(type = 'ORDER_CONFIRMED') AS confirmed
                    FROM (SELECT transaction_id, JSON_VALUE(event, '$.type') AS type FROM {order}.event_log) logged
                    GROUP BY transaction_id) e
                    ON e.transaction_id = o.order_id
                WHERE (o.status = 'CANCELLED' AND (COALESCE(e.cancelled, 0) <> 1 OR COALESCE(e.confirmed, 0) > 1))
                   OR (o.status = 'CONFIRMED' AND (COALESCE(e.confirmed, 0) <> 1 OR COALESCE(e.cancelled, 0) <> 0))
                """);

        private final String sentence;
        private final String counts;

        Rule(String sentence, String counts) {
            this.sentence = sentence;
            this.counts = counts;
        }
    }
}
