package dev.saga.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A MariaDB server as a child process on loopback, with every commit on disk before it is acknowledged. The data folder
 * persists; a server that was killed recovers it at the next start.
 */
public final class MariaDbServer {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Path data;
    private final Path log;
    private final int port;
    private ChildProcess process;

    private MariaDbServer(Path data, Path log, int port) {
        this.data = data;
        this.log = log;
        this.port = port;
        this.process = launch();
    }

    /**
     * Prepares the data folder where it is new, starts the server and waits until it answers.
     *
     * @param folder holds {@code data} and {@code mariadb.log}
     * @throws StartFailure with the end of the server's log
     */
    public static MariaDbServer start(Path folder, int port) {
        Path data = folder.resolve("data").toAbsolutePath();
        Path log = folder.resolve("mariadb.log");
        makeExecutable();
        if (!Files.exists(data.resolve("mysql"))) {
            ChildProcess.start("mariadb-install-db", installCommand(data), log).awaitSuccess(START);
        }
        return new MariaDbServer(data, log, port);
    }

    private static List<String> installCommand(Path data) {
        Path home = Launch.databaseBinaries();
        if (isWindows()) {
            return List.of(home.resolve("bin/mariadb-install-db.exe").toString(), "--datadir=" + data);
        }
        return List.of(
                home.resolve("scripts/mariadb-install-db").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + data,
                "--force",
                "--skip-name-resolve",
                "--skip-test-db",
                "--auth-root-authentication-method=normal");
    }

    private ChildProcess launch() {
        Path home = Launch.databaseBinaries();
        List<String> command = new ArrayList<>(List.of(
                home.resolve(isWindows() ? "bin/mariadbd.exe" : "bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + data,
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--skip-ssl",
                "--skip-name-resolve",
                "--innodb-flush-log-at-trx-commit=1",
                "--innodb-buffer-pool-size=512M",
                "--innodb-log-file-size=1G",
                "--innodb-io-capacity=2000",
                "--innodb-max-dirty-pages-pct-lwm=10",
                "--max-connections=400",
                "--character-set-server=utf8mb4"));
        if (!isWindows()) {
            command.add("--socket=" + socket());
            if ("root".equals(System.getProperty("user.name"))) {
                command.add("--user=root");
            }
        }
        ChildProcess server = ChildProcess.start("MariaDB", command, log);
        server.awaitReady(() -> Ports.answers(port), START);
        return server;
    }

    /** A socket's path may have no more than 107 bytes: it lies in the system's folder for temporary files. */
    private Path socket() {
        return Path.of(System.getProperty("java.io.tmpdir"), "saga-mariadb-" + port + ".sock");
    }

    private static void makeExecutable() {
        if (isWindows()) {
            return;
        }
        for (String folder : List.of("bin", "scripts")) {
            try (Stream<Path> programs = Files.list(Launch.databaseBinaries().resolve(folder))) {
                programs.forEach(program -> program.toFile().setExecutable(true));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    /** {@code host:port} of the server. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    public ChildProcess process() {
        return process;
    }

    /** {@code kill -9}, then a new start on the same data and port. */
    public void killAndRestart() {
        process.kill();
        process = launch();
    }

    /** Starts again after {@link ChildProcess#kill()} or {@link ChildProcess#stop}, on the same data and port. */
    public void restart() {
        process = launch();
    }

    /** An orderly end. */
    public void stop() {
        process.stop(STOP);
    }
}
