package dev.saga.lab.reporting;

import dev.saga.lab.stack.Pause;
import dev.saga.local.Infra;
import dev.saga.local.process.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The reports of a running system. Looks at the connector every 10 s, prints each change of its state with the reason, and
 * starts again what has failed.
 */
public final class Reporting implements AutoCloseable {
    /** The Spring properties of order-svc that a report needs. */
    public static final Map<String, String> SETTINGS = Map.of("saga.order.export", "true");

    private static final Duration REGISTRATION = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final ReportingDatabase database;
    private final ConnectWorker worker;
    private final Connector connector;
    private final Consumer<String> progress;
    private final Thread watch =
            Thread.ofPlatform().daemon().name("connector-watch").unstarted(this::watch);
    private Connector.State last = Connector.State.RUNNING;

    private Reporting(ReportingDatabase database, ConnectWorker worker, Consumer<String> progress) {
        this.database = database;
        this.worker = worker;
        this.connector = new Connector(worker.url());
        this.progress = progress;
    }

    /**
     * Prepares the database, starts Kafka Connect and registers the connector.
     *
     * @param progress receives one line when the connector runs, and one per later change
     * @throws StartFailure if the connector does not run; its message has the reason. Kafka Connect is stopped first
     */
    public static Reporting start(Infra infra, Path logs, Consumer<String> progress) {
        long since = System.nanoTime();
        ReportingDatabase database = ReportingDatabase.prepare(infra, "");
        var reporting = new Reporting(database, ConnectWorker.start(infra.kafka(), "", database, true, logs), progress);
        try {
            reporting.worker.awaitReady();
            reporting.connector.register(REGISTRATION);
        } catch (StartFailure failed) {
            reporting.close();
            throw failed;
        }
        progress.accept("%-14s ready after %4.1f s, %s"
                .formatted(
                        "Kafka Connect",
                        Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0,
                        reporting.worker.url()));
        reporting.watch.start();
        return reporting;
    }

    private void watch() {
        Pause.of(LOOK);
        while (!Thread.currentThread().isInterrupted()) {
            look();
            Pause.of(LOOK);
        }
    }

    private void look() {
        try {
            Connector.Status status = connector.status();
            if (status.state() != last) {
                progress.accept("connector orders: " + status.state() + " " + status.reason());
            }
            last = status.state();
            if (last == Connector.State.FAILED) {
                connector.restart();
            }
        } catch (StartFailure unreachable) {
            if (!Thread.currentThread().isInterrupted()) {
                progress.accept(String.valueOf(unreachable.getMessage()));
            }
        }
    }

    /** Returns address, process id, and the database with its user and password. */
    public Map<String, Object> describe() {
        return Map.of(
                "url", worker.url(),
                "metrics", worker.metricsUrl(),
                "pid", worker.process().pid(),
                "database", database.name(),
                "user", database.name(),
                "password", database.password());
    }

    @Override
    public void close() {
        watch.interrupt();
        worker.stop();
    }
}
