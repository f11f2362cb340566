package dev.saga.lab.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.saga.local.process.Reaper;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the process that ends the children of a lab after the lab's process has ended. */
class ReaperIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Process child;
    private Process reaper;

    @BeforeEach
    void start() throws Exception {
        child = new ProcessBuilder("sleep", "300").start();
        String classes = Path.of(Reaper.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        reaper = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-cp",
                        classes,
                        Reaper.class.getName())
                .start();
        var pipe = new PrintStream(reaper.getOutputStream(), true, StandardCharsets.UTF_8);
        pipe.println(
                child.pid() + " " + child.info().startInstant().orElseThrow().toEpochMilli());
    }

    @AfterEach
    void end() {
        reaper.destroyForcibly();
        child.destroyForcibly();
    }

    @Test
    void endsTheChildrenOnceTheLabIsGone() throws Exception {
        reaper.getOutputStream().close();
        await().atMost(PATIENCE).until(() -> !child.isAlive() && !reaper.isAlive());
    }

    /** Ctrl-C sends such a signal, because it reaches the whole process group. */
    @Test
    void outlivesASignalThatEndsTheLabAndThenEndsTheChildren() throws Exception {
        await("a JVM that is up")
                .atMost(PATIENCE)
                .until(() ->
                        reaper.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() > 50);
        await("its main method").pollDelay(Duration.ofMillis(500)).until(reaper::isAlive);
        reaper.toHandle().destroy(); // Process.destroy would close the pipe too
        await("the end of its shutdown hooks, unless it waits")
                .during(Duration.ofSeconds(2))
                .atMost(PATIENCE)
                .until(reaper::isAlive);
        reaper.getOutputStream().close();
        await().atMost(PATIENCE).until(() -> !child.isAlive() && !reaper.isAlive());
        assertThat(reaper.exitValue()).isNotZero();
    }
}
