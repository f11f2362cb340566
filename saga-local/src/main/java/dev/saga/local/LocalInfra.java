package dev.saga.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A broker (or several of one cluster) and a database as child processes, started side by side. */
public final class LocalInfra implements Infra {
    private final Path folder;
    private final CompletableFuture<List<KafkaBroker>> brokers;
    private final CompletableFuture<MariaDbServer> database;

    private LocalInfra(
            Path folder, CompletableFuture<List<KafkaBroker>> brokers, CompletableFuture<MariaDbServer> database) {
        this.folder = folder;
        this.brokers = brokers;
        this.database = database;
    }

    /**
     * Starts to start; {@link #kafka()} and {@link #mariaDb()} wait for their part.
     *
     * @param folder where data and logs go, in folders that their owner alone can read; data that is there is used
     * @param kafkaPort wanted port of the first broker
     * @param mariaDbPort wanted port of the database
     * @param progress told a line for each part that is ready
     */
    public static LocalInfra start(
            Path folder, int brokers, int kafkaPort, int mariaDbPort, Consumer<String> progress) {
        return start(folder, brokers, kafkaPort, mariaDbPort, List.of(), progress);
    }

    /** The same for tests: on any free ports, with a database whose empty files are small. */
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
                starting(progress, "Kafka", () -> KafkaBroker.startCluster(kafka, brokers, kafkaPort)),
                starting(
                        progress,
                        "MariaDB",
                        () -> MariaDbServer.start(mariaDb, Ports.near(mariaDbPort), databaseOptions)));
    }

    private static <T> CompletableFuture<T> starting(Consumer<String> progress, String name, Supplier<T> start) {
        long since = System.nanoTime();
        return CompletableFuture.supplyAsync(() -> {
            T started = start.get();
            progress.accept("%-14s ready after %4.1f s"
                    .formatted(name, Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0));
            return started;
        });
    }

    private static <T> T ready(CompletableFuture<T> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The brokers, ready. */
    public List<KafkaBroker> brokers() {
        return ready(brokers);
    }

    /** The database server, ready. */
    public MariaDbServer database() {
        return ready(database);
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

    /** Ends all parts in order; those that did not start are skipped. */
    @Override
    public void close() {
        brokers.handle((started, failure) -> started == null ? List.<KafkaBroker>of() : started).join().parallelStream()
                .forEach(KafkaBroker::stop);
        MariaDbServer server = database.handle((started, failure) -> started).join();
        if (server != null) {
            server.stop();
        }
    }

    /** Ends all parts and deletes their data; their logs stay. */
    public void closeAndDeleteData() {
        close();
        Folders.delete(folder.resolve("mariadb/data"));
        for (int broker = 1; Files.exists(folder.resolve("kafka/broker-" + broker)); broker++) {
            Folders.delete(folder.resolve("kafka/broker-" + broker + "/data"));
        }
    }
}
