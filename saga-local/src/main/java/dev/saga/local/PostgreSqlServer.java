package dev.saga.local;

import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL server as a child process on loopback, which writes every commit to disk before it acknowledges it. The
 * data folder persists; a server that was killed recovers it at the next start. The first {@link #start} in a folder
 * creates a random password of the administrator {@code postgres}, in a file that only the owner can read. PostgreSQL
 * refuses to run as root: there, it runs as the user {@code nobody} with the one right to read root's folders.
 */
public final class PostgreSqlServer {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final String UNPRIVILEGED = "nobody";

    private final Path folder;
    private final int port;
    private final String password;
    private ChildProcess process;

    private PostgreSqlServer(Path folder, int port, String password) {
        this.folder = folder;
        this.port = port;
        this.password = password;
        this.process = launch();
    }

    /**
     * Prepares the data folder if it is new, starts the server and waits until it accepts connections.
     *
     * @param folder contains {@code data}, {@code password} and {@code postgresql.log}
     * @throws StartFailure if the server does not start; its message has the last lines of the server's log
     */
    public static PostgreSqlServer start(Path folder, int port) {
        Path own = Secrets.folder(folder.toAbsolutePath());
        Path password = own.resolve("password");
        try {
            if (!Files.exists(own.resolve("data/PG_VERSION"))) {
                Secrets.write(password, Secrets.password());
                initialize(own, password);
            }
            return new PostgreSqlServer(own, port, Files.readString(password));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void initialize(Path folder, Path password) throws IOException {
        Path data = Secrets.folder(folder.resolve("data"));
        if (isRoot()) {
            own(data);
        }
        List<String> command = program("initdb");
        command.addAll(List.of(
                "--pgdata=" + data,
                "--username=postgres",
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        ChildProcess.start("initdb", command, folder.resolve("postgresql.log")).awaitSuccess(START);
    }

    private static void own(Path data) throws IOException {
        Files.getFileAttributeView(data, PosixFileAttributeView.class)
                .setOwner(data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Returns the start of a command; as root, of one that runs as another user. */
    private static List<String> program(String name) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of(
                    "setpriv",
                    "--reuid=" + UNPRIVILEGED,
                    "--clear-groups",
                    "--inh-caps=-all,+dac_override",
                    "--ambient-caps=-all,+dac_override",
                    "--bounding-set=-all,+dac_override"));
        }
        command.add(
                PostgreSqlBinaries.home(isRoot()).resolve("bin").resolve(name).toString());
        return command;
    }

    private ChildProcess launch() {
        List<String> command = program("postgres");
        command.addAll(List.of("-D", data().toString(), "-p", String.valueOf(port)));
        Stream.of(
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=",
                        "fsync=on",
                        "synchronous_commit=on",
                        "shared_buffers=512MB",
                        "max_wal_size=1GB",
                        "max_connections=400",
                        "autovacuum_naptime=5s",
                        "log_min_messages=warning")
                .forEach(option -> command.addAll(List.of("-c", option)));
        ChildProcess server = ChildProcess.start("PostgreSQL", command, folder.resolve("postgresql.log"));
        server.awaitReady(() -> Ports.answers(port) && isReady(), START);
        return server;
    }

    /** Returns true if the server's own file says so: its port is open before it accepts sessions. */
    private boolean isReady() {
        try {
            List<String> state = Files.readAllLines(data().resolve("postmaster.pid"));
            return state.size() > 7 && state.get(7).strip().equals("ready");
        } catch (IOException notYet) {
            return false;
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** Returns the server's address, {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns the password of {@code postgres}. */
    public String password() {
        return password;
    }

    public ChildProcess process() {
        return process;
    }

    /** Kills the server and all its sessions ({@code kill -9}), so that they cannot finish anything. */
    public void kill() {
        process.killWithChildren();
    }

    /** Restarts the server after {@link #kill()} or {@link #stop}, on the same data and port. */
    public void restart() {
        process = launch();
    }

    /** Shuts the server down without waiting for its sessions, and returns when it has ended. */
    public void stop() {
        List<String> command = program("pg_ctl");
        command.addAll(List.of("stop", "-D", data().toString(), "-m", "fast", "-w", "-t", "20"));
        if (process.isAlive()) {
            try {
                ChildProcess.start("pg_ctl", command, folder.resolve("postgresql.log"))
                        .awaitSuccess(STOP);
            } catch (StartFailure hangs) {
                kill();
            }
        }
        process.stop(STOP);
    }
}
