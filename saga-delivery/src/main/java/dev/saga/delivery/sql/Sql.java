package dev.saga.delivery.sql;

import dev.saga.delivery.sql.Connections.Lease;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
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

    /**
     * Inserts rows with one statement, {@code head (?,?),(?,?) tail}.
     *
     * @param tuple the tuple of one row, for instance {@code (?,?,NOW(3))}
     * @return number of changed rows, as the database reports it
     */
    public Mono<Long> insert(String head, String tuple, List<@Nullable Object[]> rows, String tail) {
        return rows.isEmpty() ? Mono.just(0L) : update(tuples(head, tuple, rows, tail), flat(rows));
    }

    /**
     * Inserts rows like {@link #insert}, with a statement that ends in {@code RETURNING}, and returns the result rows.
     */
    public <T> Flux<T> insertReturning(
            String head, String tuple, List<@Nullable Object[]> rows, String tail, Function<Row, T> read) {
        return rows.isEmpty() ? Flux.empty() : rows(tuples(head, tuple, rows, tail), flat(rows), read);
    }

    private static String tuples(String head, String tuple, List<@Nullable Object[]> rows, String tail) {
        var text = new StringBuilder(head.length() + rows.size() * (tuple.length() + 1) + tail.length() + 2);
        text.append(head).append(' ');
        for (int i = 0; i < rows.size(); i++) {
            text.append(i == 0 ? "" : ",").append(tuple);
        }
        return text.append(' ').append(tail).toString();
    }

    private static List<@Nullable Object> flat(List<@Nullable Object[]> rows) {
        return rows.stream().<@Nullable Object>flatMap(Arrays::stream).toList();
    }

    /** Runs an update or delete; returns the number of changed rows, as the database reports it. */
    public Mono<Long> update(String text, List<? extends @Nullable Object> values) {
        return Mono.deferContextual(context -> {
            Transaction transaction = Transaction.in(context);
            limit.check(text, values);
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
            limit.check(text, values);
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
        Statement statement = connection.createStatement(text);
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            switch (value) {
                case null -> statement.bindNull(i, String.class);
                case Instant instant -> statement.bind(i, utc(instant));
                case UUID uuid -> statement.bind(i, bytes(uuid));
                default -> statement.bind(i, value);
            }
        }
        return statement;
    }

    /** Encodes a UUID as bytes, which are less than half as long as its text and need no parsing by the server. */
    private static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    /** Reads a column that is never null. */
    public static <T> T get(Row row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return value;
    }

    /** Reads a column of type DATETIME, which holds UTC. */
    public static Instant instant(Row row, String column) {
        return get(row, column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
