package dev.saga.delivery.sql;

/** Signals that a statement is longer than the server accepts, or has more parameters. It was not sent. */
public final class StatementTooLarge extends RuntimeException {
    public StatementTooLarge(String size, long most) {
        super("a statement of " + size + " exceeds the database's limit of " + most);
    }
}
