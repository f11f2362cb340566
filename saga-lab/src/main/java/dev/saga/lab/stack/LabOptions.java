package dev.saga.lab.stack;

import dev.saga.local.Folders;
import dev.saga.local.Launch;
import dev.saga.local.LocalInfra;
import dev.saga.local.Secrets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands share: where data lies, and that everything ends with the lab, however it ends. */
public final class LabOptions {
    private static final int KAFKA_PORT = 9092;
    private static final int MARIADB_PORT = 3306;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where data and logs go (default: saga-lab/target/lab).")
    public @Nullable Path data;

    @Option(names = "--keep", description = "Keep the data for the next start with the same folder.")
    public boolean keep;

    @Option(names = "--brokers", paramLabel = "N", defaultValue = "1", description = "Kafka brokers (default: 1).")
    public int brokers;

    public Path folder() {
        Path chosen = data == null ? Launch.home().resolve("saga-lab/target/lab") : data;
        return chosen.toAbsolutePath();
    }

    public Path logs() {
        return folder().resolve("logs");
    }

    /** Deletes what broker and database have stored; for instance before a run that judges what it finds. */
    public void deleteData() {
        Folders.delete(folder().resolve("kafka"));
        Folders.delete(folder().resolve("mariadb"));
    }

    /** Starts broker and database; they end with this process. */
    public LocalInfra startInfra() {
        if (!keep && data == null) {
            Folders.delete(folder());
        }
        Secrets.folder(logs());
        LocalInfra infra = LocalInfra.start(folder(), brokers, KAFKA_PORT, MARIADB_PORT, LabOptions::say);
        atExit(() -> {
            infra.close();
            if (!keep) {
                deleteData();
            }
        });
        return infra;
    }

    /** Runs when the lab ends: after its work, on Ctrl-C or after a failure. Later calls run first. */
    public static void atExit(Runnable end) {
        ENDS.addFirst(end);
    }

    private static final java.util.Deque<Runnable> ENDS = new java.util.concurrent.ConcurrentLinkedDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDS.forEach(Runnable::run), "lab-end"));
    }

    public static void say(String line) {
        System.out.println("  " + line);
    }

    public static void untilInterrupted() throws InterruptedException {
        say("Ctrl-C ends it.");
        new CountDownLatch(1).await();
    }
}
