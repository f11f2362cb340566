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
 * persists; a server that was killed recovers it at the next start. Its administrator has a random password, made at
 * each start of {@link #start}; folder, socket and password are the owner's alone, and the server's own file functions
 * reach one empty folder.
 */
public final class MariaDbServer {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(20);

    /** Options of a server that a test uses alone: its log of changes takes 128 MiB of the disk instead of 1 GiB. */
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
     * Prepares the data folder where it is new, starts the server and waits until it answers.
     *
     * @param folder holds {@code data}, {@code files}, {@code init.sql} and {@code mariadb.log}
     * @param options further options of {@code mariadbd}; they win over those given here
     * @throws StartFailure with the end of the server's log
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
        Secrets.write(own.resolve("init.sql"), initialisation(password));
        return new MariaDbServer(own, port, password, options);
    }

    /** Runs before the server listens. */
    private static String initialisation(String password) {
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
            command.add("--socket=mariadb.sock"); // in the data folder; a path may have no more than 107 bytes
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

    /** {@code host:port} of the server. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Of {@code root}; holds until the next {@link #start}. */
    public String password() {
        return password;
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
