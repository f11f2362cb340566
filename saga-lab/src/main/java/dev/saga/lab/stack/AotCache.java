package dev.saga.lab.stack;

import dev.saga.local.Folders;
import dev.saga.local.process.ChildProcess;
import dev.saga.local.process.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A cache of a service's classes, loaded and linked ahead of time (JEP 514), with which the service starts in about
 * half the time. A training run creates it: it ends where the service would begin to work, and needs neither broker nor
 * database.
 */
final class AotCache {
    private static final Duration EXTRACTION = Duration.ofMinutes(1);
    private static final Duration TRAINING = Duration.ofMinutes(4);

    private final String program;
    private final Path folder;

    /** The file's name contains a checksum of the service's jar, whose modification time is the same in every build. */
    private final Path file;

    private AotCache(String program) {
        this.program = program;
        this.folder = Launch.home().resolve("saga-lab/target/aot").resolve(program);
        this.file = folder.resolve(contentOf(Launch.serviceJar(program)) + ".aot");
    }

    /**
     * Creates the cache, in about 20 s, if there is none for this build.
     *
     * @param flags all flags of the JVM; the cache is valid for these only
     * @param progress receives a line when the cache is created
     * @throws dev.saga.local.process.StartFailure if a step fails; its message has the last lines of the log
     */
    static void make(String program, List<String> flags, Path logs, Consumer<String> progress) {
        var cache = new AotCache(program);
        if (!Files.exists(cache.file)) {
            long since = System.nanoTime();
            cache.make(flags, logs.resolve(program + "-aot.log"));
            progress.accept("%-14s cached after %3.1f s"
                    .formatted(
                            program, Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0));
        }
    }

    /** Returns the arguments of a JVM that starts the service from its cache, or fails if the cache does not fit. */
    static List<String> program(String program) {
        var cache = new AotCache(program);
        return List.of(
                "-XX:AOTMode=on",
                "-XX:AOTCache=" + cache.file,
                "-jar",
                cache.jar().toString());
    }

    private void make(List<String> flags, Path log) {
        Folders.delete(folder);
        List<String> extraction = List.of(
                "-Djarmode=tools",
                "-jar",
                Launch.serviceJar(program).toString(),
                "extract",
                "--destination",
                folder.resolve("app").toString());
        run("extraction", extraction, log, EXTRACTION);
        run("training", training(flags), log, TRAINING);
    }

    private List<String> training(List<String> flags) {
        List<String> arguments = new ArrayList<>(flags);
        arguments.addAll(List.of(
                "-XX:AOTCacheOutput=" + file,
                "-Dspring.context.exit=onRefresh",
                "-jar",
                jar().toString(),
                "--server.port=0",
                "--spring.flyway.enabled=false",
                "--saga.database.name=none",
                "--saga.database.user=none"));
        return arguments;
    }

    private Path jar() {
        return folder.resolve("app").resolve(program + ".jar");
    }

    private static String contentOf(Path jar) {
        var content = new CRC32C();
        try {
            content.update(Files.readAllBytes(jar));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Long.toHexString(content.getValue());
    }

    private void run(String what, List<String> arguments, Path log, Duration atMost) {
        ChildProcess.start(program + " " + what, ChildProcess.java(arguments), log)
                .awaitSuccess(atMost);
    }
}
