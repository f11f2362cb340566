package dev.saga.local;

import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A MariaDB server as a child process on loopback, which writes every commit to disk before it acknowledges it. The
 * data folder persists; a server that was killed recovers it at the next start. Each call of {@link #start} creates a
 * random administrator password. Only the owner can access folder, socket and password, and the server's own file
 * functions reach one empty folder.
 */
public final class MariaDbServer {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(20);

    /** Options of a server that only tests use: its redo log takes 128 MiB of disk instead of 1 GiB. */
    public static final List<String> SMALL = List.of("--innodb-log-file-size=128M");

    private final Path folder;
    private final int port;
    private final String password;
    private final List<String> options;
    private ChildProcess process;

    private MariaDbServer(Path folder, int port, String password, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.password = password;
        this.options = options;
        this.process = launch();
    }

    /**
     * Prepares the data folder if it is new, starts the server and waits until it accepts connections.
     *
     * @param folder contains {@code data}, {@code files}, {@code init.sql} and {@code mariadb.log}
     * @param options additional options of {@code mariadbd}, which override the ones in this class
     * @throws StartFailure if the server does not start; its message has the last lines of the server's log
     */
    public static MariaDbServer start(Path folder, int port, List<String> options) {
        Path own = Secrets.folder(folder.toAbsolutePath());
        Path data = Secrets.folder(own.resolve("data"));
        Secrets.folder(own.resolve("files"));
        makeExecutable();
        if (!Files.exists(data.resolve("mysql"))) {
            ChildProcess.start("mariadb-install-db", installCommand(data), own.resolve("mariadb.log"))
                    .awaitSuccess(START);
        }
        String password = Secrets.password();
        Secrets.write(own.resolve("init.sql"), initStatements(password));
        return new MariaDbServer(own, port, password, options);
    }

    /** Returns the statements that the server runs before it listens. */
    private static String initStatements(String password) {
        return """
                DELETE FROM mysql.global_priv WHERE User = '' OR User = 'root' AND Host NOT IN ('localhost', '127.0.0.1', '::1');
                FLUSH PRIVILEGES;
                ALTER USER IF EXISTS 'root'@'localhost' IDENTIFIED BY '%1$s';
                ALTER USER IF EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '%1$s';
                ALTER USER IF EXISTS 'root'@'::1' IDENTIFIED BY '%1$s';
                """.formatted(password);
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
                "--datadir=" + folder.resolve("data"),
                "--init-file=" + folder.resolve("init.sql"),
                "--secure-file-priv=" + folder.resolve("files"),
                "--local-infile=0",
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
            command.add("--socket=mariadb.sock"); // in the data folder: the path of a socket has at most 107 bytes
            if ("root".equals(System.getProperty("user.name"))) {
                command.add("--user=root");
            }
        }
        command.addAll(options);
        ChildProcess server = ChildProcess.start("MariaDB", command, folder.resolve("mariadb.log"));
        server.awaitReady(() -> Ports.answers(port), START);
        return server;
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

    /** Returns the server's address, {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns the password of {@code root}, which is valid until the next {@link #start}. */
    public String password() {
        return password;
    }

    public ChildProcess process() {
        return process;
    }

    /** Kills the server ({@code kill -9}) and starts it again on the same data and port. */
    public void killAndRestart() {
        process.kill();
        process = launch();
    }

    /**
     * Restarts the server after {@link ChildProcess#kill()} or {@link ChildProcess#stop}, on the same data and port.
     */
    public void restart() {
        process = launch();
    }

    /** Shuts the server down and waits until it has ended. */
    public void stop() {
        process.stop(STOP);
    }
}
