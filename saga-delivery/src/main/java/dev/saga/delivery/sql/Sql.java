package dev.saga.delivery.sql;

import dev.saga.delivery.sql.Connections.Lease;
import dev.saga.delivery.sql.dialect.Dialect;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/**
 * Runs statements over many rows at once, on the connection of the current transaction. Outside a transaction, each
 * statement uses a connection of its own and is committed alone. Parameters are {@code ?} and always bound. An insert
 * of no rows sends no statement.
 */
public final class Sql {
    /** The driver's queue holds 256 statements per connection. */
    private static final int MOST_PIPELINED = 100;

    private final Connections connections;
    private final StatementLimit limit;

    /** @param connections used by statements outside transactions */
    public Sql(Connections connections, StatementLimit limit) {
        this.connections = connections;
        this.limit = limit;
    }

    /** Returns the maximum length of a statement in bytes. */
    public long longestStatement() {
        return limit.most();
    }

    /** Returns one {@code ?} per value, separated by commas. */
    public static String marks(Collection<?> values) {
        return String.join(",", java.util.Collections.nCopies(values.size(), "?"));
    }

    /** Returns what differs between the databases. */
    public Dialect dialect() {
        return connections.dialect();
    }

    /**
     * Inserts rows with one statement, {@code head (?,?),(?,?) tail}.
     *
     * @param tuple the tuple of one row, for instance {@code (?,?,NULL)}
     * @return number of changed rows, as the database reports it
     */
    public Mono<Long> insert(String head, String tuple, List<@Nullable Object[]> rows, String tail) {
        var insert = new MultiRow(head, tuple, rows, tail);
        return rows.isEmpty() ? Mono.just(0L) : update(insert.text(), insert.values());
    }

    /**
     * Inserts rows like {@link #insert}, with a statement that ends in {@code RETURNING}, and returns the result rows.
     */
    public <T> Flux<T> insertReturning(
            String head, String tuple, List<@Nullable Object[]> rows, String tail, Function<Row, T> read) {
        var insert = new MultiRow(head, tuple, rows, tail);
        return rows.isEmpty() ? Flux.empty() : rows(insert.text(), insert.values(), read);
    }

    /** Inserts the rows whose keys do not exist yet; {@code into} is a table with its columns. */
    public Mono<Long> insertNew(String into, String tuple, List<@Nullable Object[]> rows) {
        return insert(
                dialect().insertNew() + into + " VALUES", tuple, rows, dialect().skipped());
    }

    /** Inserts rows like {@link #insertNew} and returns the result rows of those that are new. */
    public <T> Flux<T> insertNewReturning(
            String into, String tuple, List<@Nullable Object[]> rows, String returning, Function<Row, T> read) {
        String tail = dialect().skipped() + "RETURNING " + returning;
        return insertReturning(dialect().insertNew() + into + " VALUES", tuple, rows, tail, read);
    }

    /** Runs an update or delete; returns the number of changed rows, as the database reports it. */
    public Mono<Long> update(String text, List<? extends @Nullable Object> values) {
        return Mono.deferContextual(context -> {
            Transaction transaction = Transaction.in(context);
            limit.check(text, values, dialect().mostParameters());
            return transaction == null
                    ? Mono.usingWhen(
                            connections.lease(),
                            lease -> withCommit(lease.connection(), update(lease.connection(), text, values)),
                            Lease::release)
                    : update(transaction.connection(), text, values);
        });
    }

    public static Mono<Long> update(Connection connection, String text, List<? extends @Nullable Object> values) {
        Flux<Long> counts = Flux.from(bound(connection, text, values).execute()).concatMap(Result::getRowsUpdated);
        return StatementWatch.watch(connection, text, counts).reduce(0L, Long::sum);
    }

    /**
     * Runs a query and returns its rows. Read them to the end, a single one with {@code singleOrEmpty()}: a query that
     * is cancelled in the middle can leave its connection waiting for the rest.
     */
    public <T> Flux<T> rows(String text, List<? extends @Nullable Object> values, Function<Row, T> read) {
        return Flux.deferContextual(context -> {
            Transaction transaction = Transaction.in(context);
            limit.check(text, values, dialect().mostParameters());
            return transaction == null
                    ? Flux.usingWhen(
                            connections.lease(),
                            lease -> withCommit(
                                            lease.connection(),
                                            rows(lease.connection(), text, values, read)
                                                    .collectList())
                                    .flatMapIterable(all -> all),
                            Lease::release)
                    : rows(transaction.connection(), text, values, read);
        });
    }

    /**
     * Runs a statement outside transactions. If the session does not commit by itself, sends a commit directly after
     * it.
     */
    static <T> Mono<T> withCommit(Connection connection, Mono<T> statement) {
        return connection.isAutoCommit()
                ? statement
                : together(statement, update(connection, "COMMIT", List.of())).map(Tuple2::getT1);
    }

    public static <T> Flux<T> rows(
            Connection connection, String text, List<? extends @Nullable Object> values, Function<Row, T> read) {
        Flux<T> rows = Flux.from(bound(connection, text, values).execute())
                .concatMap(result -> result.map((row, metadata) -> read.apply(row)));
        return StatementWatch.watch(connection, text, rows);
    }

    /**
     * Sends statements of one transaction that do not need each other's results, without a wait between them: one round
     * trip instead of many. Reports the first failure after all statements have ended, when the transaction can be
     * rolled back.
     */
    public static Mono<Void> pipelined(Mono<?>... statements) {
        Mono<Void> all = statements.length <= MOST_PIPELINED
                ? Mono.whenDelayError(statements)
                : Flux.fromArray(statements)
                        .buffer(MOST_PIPELINED)
                        .concatMapDelayError(Mono::whenDelayError)
                        .then();
        return all.onErrorMap(failure -> Exceptions.unwrapMultiple(failure).getFirst());
    }

    /** Sends two statements like {@link #pipelined} and returns both results. */
    public static <A, B> Mono<Tuple2<A, B>> together(Mono<A> first, Mono<B> second) {
        return Mono.zipDelayError(first, second)
                .onErrorMap(failure -> Exceptions.unwrapMultiple(failure).getFirst());
    }

    private static Statement bound(Connection connection, String text, List<? extends @Nullable Object> values) {
        Dialect dialect = Dialect.of(connection);
        Statement statement = connection.createStatement(dialect.parameters(text));
        for (int i = 0; i < values.size(); i++) {
            dialect.bind(statement, i, values.get(i));
        }
        return statement;
    }

    /** Reads a column that is never null. */
    public static <T> T get(Row row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return value;
    }

    /** Reads a time, which is stored in UTC. */
    public static Instant instant(Row row, String column) {
        return get(row, column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
