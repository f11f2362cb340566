package dev.saga.local;

import dev.saga.local.process.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One broker or several of one cluster, and databases, as child processes that start in parallel. */
public final class LocalInfra implements Infra {
    private final Path folder;
    private final CompletableFuture<List<KafkaBroker>> brokers;
    private final CompletableFuture<MariaDbServer> database;
    private @Nullable CompletableFuture<PostgreSqlServer> otherDatabase;

    private LocalInfra(
            Path folder, CompletableFuture<List<KafkaBroker>> brokers, CompletableFuture<MariaDbServer> database) {
        this.folder = folder;
        this.brokers = brokers;
        this.database = database;
    }

    /**
     * Begins to start all parts and returns at once; {@link #kafka()} and {@link #mariaDb()} wait for their part.
     *
     * @param folder folder of data and logs, in folders that only their owner can read; existing data is used
     * @param kafkaPort wanted port of the first broker
     * @param mariaDbPort wanted port of the database
     * @param progress receives one line per part that is ready
     */
    public static LocalInfra start(
            Path folder, int brokers, int kafkaPort, int mariaDbPort, Consumer<String> progress) {
        return start(folder, brokers, kafkaPort, mariaDbPort, List.of(), progress);
    }

    /** Starts all parts for tests: on any free ports, with a database whose empty files are small. */
    public static LocalInfra startSmall(Path folder, int brokers) {
        return start(folder, brokers, Ports.any(), Ports.any(), MariaDbServer.SMALL, line -> {});
    }

    private static LocalInfra start(
            Path folder,
            int brokers,
            int kafkaPort,
            int mariaDbPort,
            List<String> databaseOptions,
            Consumer<String> progress) {
        Path kafka = Secrets.folder(folder.resolve("kafka"));
        Path mariaDb = folder.resolve("mariadb");
        return new LocalInfra(
                folder,
                startAsync(progress, "Kafka", () -> KafkaBroker.startCluster(kafka, brokers, kafkaPort)),
                startAsync(
                        progress,
                        "MariaDB",
                        () -> MariaDbServer.start(mariaDb, Ports.near(mariaDbPort), databaseOptions)));
    }

    /** Begins to start a PostgreSQL server too; {@link #postgreSql()} waits for it. */
    public LocalInfra withPostgreSql(int port, Consumer<String> progress) {
        otherDatabase = startAsync(
                progress, "PostgreSQL", () -> PostgreSqlServer.start(folder.resolve("postgresql"), Ports.near(port)));
        return this;
    }

    private static <T> CompletableFuture<T> startAsync(Consumer<String> progress, String name, Supplier<T> start) {
        long since = System.nanoTime();
        return CompletableFuture.supplyAsync(() -> {
            T started = start.get();
            progress.accept("%-14s ready after %4.1f s"
                    .formatted(name, Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0));
            return started;
        });
    }

    private static <T> T join(CompletableFuture<T> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Returns the brokers when they are ready. */
    public List<KafkaBroker> brokers() {
        return join(brokers);
    }

    /** Returns the database server when it is ready. */
    public MariaDbServer database() {
        return join(database);
    }

    /** Returns true if a PostgreSQL server was started. */
    public boolean hasPostgreSql() {
        return otherDatabase != null;
    }

    /** Returns the PostgreSQL server when it is ready; fails if it was not started. */
    public PostgreSqlServer otherDatabase() {
        if (otherDatabase == null) {
            throw new StartFailure("PostgreSQL was not started.");
        }
        return join(otherDatabase);
    }

    @Override
    public String postgreSql() {
        return otherDatabase().address();
    }

    @Override
    public String postgreSqlPassword() {
        return otherDatabase().password();
    }

    @Override
    public String kafka() {
        return KafkaBroker.addresses(brokers());
    }

    @Override
    public String mariaDb() {
        return database().address();
    }

    @Override
    public String mariaDbUser() {
        return "root";
    }

    @Override
    public String mariaDbPassword() {
        return database().password();
    }

    /** Shuts all parts down in order; skips parts that did not start. */
    @Override
    public void close() {
        brokers.handle((started, failure) -> started == null ? List.<KafkaBroker>of() : started).join().parallelStream()
                .forEach(KafkaBroker::stop);
        MariaDbServer server = database.handle((started, failure) -> started).join();
        if (server != null) {
            server.stop();
        }
        if (otherDatabase != null) {
            PostgreSqlServer other =
                    otherDatabase.handle((started, failure) -> started).join();
            if (other != null) {
                other.stop();
            }
        }
    }

    /** Shuts all parts down and deletes their data. Their logs remain. */
    public void closeAndDeleteData() {
        close();
        Folders.delete(folder.resolve("mariadb/data"));
        Folders.delete(folder.resolve("postgresql/data"));
        for (int broker = 1; Files.exists(folder.resolve("kafka/broker-" + broker)); broker++) {
            Folders.delete(folder.resolve("kafka/broker-" + broker + "/data"));
        }
    }
}
