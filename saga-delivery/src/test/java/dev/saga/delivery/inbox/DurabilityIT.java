package dev.saga.delivery.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.delivery.Trips;
import dev.saga.delivery.outbox.CommittedRows;
import dev.saga.delivery.outbox.EventSender.Outgoing;
import dev.saga.delivery.outbox.OutboxRows;
import dev.saga.local.MariaDbServer;
import dev.saga.local.Ports;
import dev.saga.local.PostgreSqlServer;
import dev.saga.testing.TestInfra;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/**
 * The rows that a relay has read are on disk: on MariaDB, whose sessions see a commit before it is on disk, because of the commit
 * barrier; on PostgreSQL without it. The test uses a database of its own and kills it under load.
 */
class DurabilityIT {
    private static final int KILLS = TestInfra.kind().dialect().showsCommitsEarly() ? 10 : 3;
    private static final int WRITERS = 16;
    private static final int READERS = 3;
    private static final int HOGS = 4;
    private static final int ROWS = 3_000;

    @TempDir
    private Path folder;

    private Server database;
    private OutboxRows outbox;
    private ConnectionFactory connections;
    private volatile boolean over;

    /** The errors with which clients ended; before the kill there is none. */
    private final Queue<Throwable> ends = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() {
        database = server();
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .locations(TestInfra.kind().migrations().getFirst())
                .load()
                .migrate();
        try (Delivery any = Delivery.fresh();
                Delivery hasty = any.withRelayBatch(500)) {
            outbox = new OutboxRows(hasty.properties, new CommittedRows());
        }
        connections = ConnectionFactories.get(database.r2dbcUrl());
        started(HOGS, () -> {
            while (!over) {
                Thread.onSpinWait();
            }
        });
    }

    @AfterEach
    void stop() {
        over = true;
        database.stop().run();
    }

    @Test
    void rowsThatARelayReadSurviveAKilledDatabase() throws SQLException {
        for (int kill = 1; kill <= KILLS; kill++) {
            Set<String> read = ConcurrentHashMap.newKeySet();
            ends.clear();
            List<Thread> clients = Stream.concat(
                            started(WRITERS, this::write).stream(), started(READERS, () -> readInto(read)).stream())
                    .toList();
            await().atMost(Duration.ofMinutes(2))
                    .failFast(
                            "a client ended before the kill",
                            () -> assertThat(ends).isEmpty())
                    .untilAsserted(() -> assertThat(read).hasSizeGreaterThan(ROWS));
            database.kill().run();
            await().atMost(Duration.ofSeconds(30)).until(() -> clients.stream().noneMatch(Thread::isAlive));
            database.restart().run();
            assertThat(stored()).containsAll(read);
            empty();
        }
    }

    private static List<Thread> started(int number, Runnable work) {
        return Stream.generate(() -> Thread.ofPlatform().daemon().start(work))
                .limit(number)
                .toList();
    }

    /** Writes rows until the database is killed. */
    private void write() {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                PreparedStatement statement = connection.prepareStatement(
                        "INSERT INTO outbox (shard, topic, events, payload) VALUES (0, 'trips', 1, ?)")) {
            connection.setAutoCommit(false);
            while (true) {
                statement.setBytes(1, (Trips.newSaga().text() + " {}\n").getBytes(StandardCharsets.US_ASCII));
                statement.execute();
                connection.commit();
            }
        } catch (SQLException killed) {
            ends.add(killed);
        }
    }

    /** Reads pages until the database is killed. */
    private void readInto(Set<String> read) {
        Mono.usingWhen(connections.create(), session -> pages(session, read), io.r2dbc.spi.Connection::close)
                .doOnError(ends::add)
                .onErrorComplete()
                .block();
    }

    private Mono<Void> pages(io.r2dbc.spi.Connection session, Set<String> read) {
        return page(session, 0L, read).expand(last -> page(session, last, read)).then();
    }

    /** Reads rows after an id and returns the last id: a reader follows the newest rows, which a kill can lose. */
    private Mono<Long> page(io.r2dbc.spi.Connection session, long after, Set<String> read) {
        return outbox.page(session, 0, after, List.of(), Mono.just(0)).map(page -> {
            page.stream()
                    .flatMap(row -> row.events().stream())
                    .map(Outgoing::key)
                    .forEach(read::add);
            return page.isEmpty() ? after : page.getLast().id();
        });
    }

    private void empty() throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM outbox");
        }
    }

    private Set<String> stored() throws SQLException {
        Set<String> sagas = new HashSet<>();
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT payload FROM outbox")) {
            while (rows.next()) {
                sagas.add(new String(rows.getBytes(1), StandardCharsets.US_ASCII).substring(0, 36));
            }
        }
        return sagas;
    }

    /** A database server of this test alone. */
    private record Server(
            String jdbcUrl,
            String r2dbcUrl,
            String user,
            String password,
            Runnable kill,
            Runnable restart,
            Runnable stop) {}

    private Server server() {
        return switch (TestInfra.kind()) {
            case MARIADB -> {
                var server = MariaDbServer.start(folder, Ports.any(), MariaDbServer.SMALL);
                yield new Server(
                        "jdbc:mariadb://" + server.address() + "/saga?createDatabaseIfNotExist=true",
                        "r2dbc:mariadb://root:" + server.password() + "@" + server.address() + "/saga",
                        "root",
                        server.password(),
                        () -> server.process().kill(),
                        server::restart,
                        server::stop);
            }
            case POSTGRESQL -> {
                var server = PostgreSqlServer.start(folder, Ports.any());
                yield new Server(
                        "jdbc:postgresql://" + server.address() + "/postgres",
                        "r2dbc:postgresql://postgres:" + server.password() + "@" + server.address() + "/postgres",
                        "postgres",
                        server.password(),
                        server::kill,
                        server::restart,
                        server::stop);
            }
        };
    }
}
