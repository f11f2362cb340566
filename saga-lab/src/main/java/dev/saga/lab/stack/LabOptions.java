package dev.saga.lab.stack;

import dev.saga.delivery.sql.dialect.DatabaseKind;
import dev.saga.events.Participant;
import dev.saga.local.Folders;
import dev.saga.local.LocalInfra;
import dev.saga.local.Secrets;
import dev.saga.local.process.Launch;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that all commands share, and the clean-up when the lab ends. */
public final class LabOptions {
    private static final int KAFKA_PORT = 9092;
    private static final int MARIADB_PORT = 3306;
    private static final int POSTGRESQL_PORT = 5432;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of data and logs (default: saga-lab/target/lab).")
    public @Nullable Path data;

    @Option(names = "--keep", description = "Keep the data for the next start with the same folder.")
    public boolean keep;

    @Option(names = "--brokers", paramLabel = "N", defaultValue = "1", description = "Kafka brokers (default: 1).")
    public int brokers;

    @Option(
            names = "--payment-database",
            paramLabel = "KIND",
            defaultValue = "mariadb",
            description = "Database of payment-svc: mariadb (default) or postgresql.")
    public DatabaseKind paymentDatabase = DatabaseKind.MARIADB;

    /** Returns the services whose database is on PostgreSQL. */
    public Set<Participant> onPostgreSql() {
        return paymentDatabase == DatabaseKind.POSTGRESQL ? Set.of(Participant.PAYMENT) : Set.of();
    }

    public Path folder() {
        Path chosen = data == null ? Launch.home().resolve("saga-lab/target/lab") : data;
        return chosen.toAbsolutePath();
    }

    public Path logs() {
        return folder().resolve("logs");
    }

    /** Deletes the data of broker and databases, for instance before a run that checks all of it. */
    public void deleteData() {
        Folders.delete(folder().resolve("kafka"));
        Folders.delete(folder().resolve("mariadb"));
        Folders.delete(folder().resolve("postgresql"));
    }

    /** Starts broker and databases, which end with this process. */
    public LocalInfra startInfra() {
        if (!keep && data == null) {
            Folders.delete(folder());
        }
        Secrets.folder(logs());
        LocalInfra infra = LocalInfra.start(folder(), brokers, KAFKA_PORT, MARIADB_PORT, LabOptions::printLine);
        if (paymentDatabase == DatabaseKind.POSTGRESQL) {
            infra.withPostgreSql(POSTGRESQL_PORT, LabOptions::printLine);
        }
        atExit(() -> {
            infra.close();
            if (!keep) {
                deleteData();
            }
        });
        return infra;
    }

    /**
     * Registers an action for the end of the lab: after its work, on Ctrl-C or after a failure. Later registrations run
     * first.
     */
    public static void atExit(Runnable end) {
        ENDS.addFirst(end);
    }

    private static final java.util.Deque<Runnable> ENDS = new java.util.concurrent.ConcurrentLinkedDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDS.forEach(Runnable::run), "lab-end"));
    }

    public static void printLine(String line) {
        System.out.println("  " + line);
    }

    public static void untilInterrupted() throws InterruptedException {
        printLine("Press Ctrl-C to stop.");
        new CountDownLatch(1).await();
    }
}
