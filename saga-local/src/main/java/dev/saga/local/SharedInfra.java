package dev.saga.local;

import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/**
 * One broker, and one database of each kind, for all tests of a build. The first test that needs them starts a separate process, which
 * ends with the build ({@link #main}). Later test JVMs of the same build find it through a file that only their user
 * can read.
 */
public final class SharedInfra implements Infra {
    private static final Duration START = Duration.ofMinutes(2);
    private static final String PREFIX = "infra-";
    private static final System.Logger LOG = System.getLogger(SharedInfra.class.getName());

    private final Properties properties;

    private SharedInfra(Properties properties) {
        this.properties = properties;
    }

    /** Returns the infrastructure of this build, and starts it if no other test has. */
    public static SharedInfra ofThisBuild() {
        long build = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        Path builds = Launch.home().resolve("target");
        Path folder = builds.resolve(PREFIX + build);
        Path file = folder.resolve("infra.properties");
        try {
            Secrets.folder(folder);
            try (FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                if (!Files.exists(file)) {
                    deleteLeftovers(builds);
                    launch(build, folder);
                    await(file, folder.resolve("infra.log"));
                }
            }
            var properties = new Properties();
            try (var in = Files.newInputStream(file)) {
                properties.load(in);
            }
            return new SharedInfra(properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the folders of builds that have ended. */
    private static void deleteLeftovers(Path folder) throws IOException {
        List<Path> builds;
        try (Stream<Path> all = Files.list(folder)) {
            builds = all.filter(path -> path.getFileName().toString().matches(PREFIX + "\\d+"))
                    .toList();
        }
        for (Path build : builds) {
            long id = Long.parseLong(build.getFileName().toString().substring(PREFIX.length()));
            if (ProcessHandle.of(id).isEmpty()) {
                deleteUnlessInUse(build);
            }
        }
    }

    /** Leaves a folder whose servers are still shutting down to a later build. */
    private static void deleteUnlessInUse(Path build) {
        try {
            Folders.delete(build);
        } catch (UncheckedIOException inUse) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is in use", build);
        }
    }

    private static void launch(long build, Path folder) throws IOException {
        new ProcessBuilder(ChildProcess.java(List.of(
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-Dsaga.home=" + Launch.home(),
                        "-cp",
                        String.join(
                                File.pathSeparator,
                                Launch.classPathOf(SharedInfra.class),
                                Launch.classPathOf(XZInputStream.class)),
                        SharedInfra.class.getName(),
                        String.valueOf(build),
                        folder.toString())))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("infra.log").toFile())
                .start();
    }

    private static void await(Path file, Path log) throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (!Files.exists(file)) {
            if (System.nanoTime() > end) {
                throw new StartFailure(
                        "the broker and the database for tests did not start:\n" + Files.readString(log));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartFailure("interrupted", e);
            }
        }
    }

    /** Runs the infrastructure. {@code args}: the id of the process with which it ends, and its folder. */
    public static void main(String[] args) throws IOException {
        ProcessHandle build = ProcessHandle.of(Long.parseLong(args[0])).orElseThrow();
        Path folder = Path.of(args[1]);
        LocalInfra infra = LocalInfra.startSmall(folder, 1).withPostgreSql(Ports.any(), line -> {});
        try {
            var properties = new Properties();
            properties.setProperty("kafka", infra.kafka());
            properties.setProperty("mariaDb", infra.mariaDb());
            properties.setProperty("user", infra.mariaDbUser());
            properties.setProperty("password", infra.mariaDbPassword());
            properties.setProperty("postgreSql", infra.postgreSql());
            properties.setProperty("postgreSqlPassword", infra.postgreSqlPassword());
            var text = new StringWriter();
            properties.store(text, null);
            Path written = folder.resolve("infra.tmp");
            Secrets.write(written, text.toString());
            Files.move(written, folder.resolve("infra.properties"));
            build.onExit().join();
        } finally {
            Files.deleteIfExists(folder.resolve("infra.properties"));
            infra.closeAndDeleteData();
        }
    }

    @Override
    public String kafka() {
        return properties.getProperty("kafka");
    }

    @Override
    public String mariaDb() {
        return properties.getProperty("mariaDb");
    }

    @Override
    public String mariaDbUser() {
        return properties.getProperty("user");
    }

    @Override
    public String mariaDbPassword() {
        return properties.getProperty("password");
    }

    @Override
    public String postgreSql() {
        return properties.getProperty("postgreSql");
    }

    @Override
    public String postgreSqlPassword() {
        return properties.getProperty("postgreSqlPassword");
    }

    /** Does nothing: other tests may still use the infrastructure, which ends with the build. */
    @Override
    public void close() {}
}
