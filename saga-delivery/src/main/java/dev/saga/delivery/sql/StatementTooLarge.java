package dev.saga.delivery.sql;

/** A statement is longer than the server's {@code max_allowed_packet}. It was not sent: the server would end the session. */
public final class StatementTooLarge extends RuntimeException {
    public StatementTooLarge(long bytes, long most) {
        super("a statement of " + bytes + " bytes is longer than the database takes, " + most);
    }
}
