package dev.saga.lab.probe;

import dev.saga.events.Participant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Copies of payment-svc's tables as temporary tables of a MariaDB session, so that one query can compare them with the
 * other services' tables although payment-svc has another kind of database.
 */
final class PaymentCopy {
    private static final int BATCH = 1_000;

    private PaymentCopy() {}

    static void into(Connection session, Databases databases) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMPORARY TABLE payment (transaction_id UUID NOT NULL PRIMARY KEY,"
                    + " status VARCHAR(12) NOT NULL, amount BIGINT NULL)");
            statement.execute("CREATE OR REPLACE TEMPORARY TABLE simulated_charge (transaction_id UUID NOT NULL PRIMARY"
                    + " KEY, amount BIGINT NOT NULL, approved BOOLEAN NOT NULL, refunded BOOLEAN NOT NULL)");
        }
        try (Connection payments = databases.connect(Participant.PAYMENT)) {
            payments.setAutoCommit(false); // lets the driver fetch in portions
            copy(payments, session, "payment", "transaction_id, status, amount", 3);
            copy(payments, session, "simulated_charge", "transaction_id, amount, approved, refunded", 4);
        }
    }

    private static void copy(Connection from, Connection to, String table, String columns, int number)
            throws SQLException {
        String marks = "?" + ",?".repeat(number - 1);
        try (Statement query = from.createStatement();
                PreparedStatement insert =
                        to.prepareStatement("INSERT INTO " + table + " (" + columns + ") VALUES (" + marks + ")")) {
            query.setFetchSize(BATCH);
            int waiting = 0;
            try (ResultSet rows = query.executeQuery("SELECT " + columns + " FROM " + table)) {
                while (rows.next()) {
                    insert.setString(1, rows.getString(1));
                    for (int column = 2; column <= number; column++) {
                        insert.setObject(column, rows.getObject(column));
                    }
                    insert.addBatch();
                    if (++waiting % BATCH == 0) {
                        insert.executeBatch();
                    }
                }
            }
            insert.executeBatch();
        }
    }
}
