package dev.saga.delivery.sql;

/**
 * Signals that a statement is longer than the server's {@code max_allowed_packet}. It was not sent, because the server
 * would end the session.
 */
public final class StatementTooLarge extends RuntimeException {
    public StatementTooLarge(long bytes, long most) {
        super("a statement of " + bytes + " bytes exceeds the database's limit of " + most);
    }
}
