package dev.saga.local.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops the child processes of a parent that could not do so itself ({@code kill -9}). The reaper is a tiny JVM that
 * reads process ids from its standard input. When the pipe breaks, the parent has ended: the reaper stops the processes
 * that still run.
 */
public final class Reaper {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private static @Nullable PrintStream pipe;

    private Reaper() {}

    static synchronized void watch(ProcessHandle child) {
        if (pipe == null) {
            pipe = launch();
        }
        pipe.println(child.pid() + " " + startOf(child));
        pipe.flush();
    }

    private static PrintStream launch() {
        List<String> command = ChildProcess.java(List.of(
                "-Xmx16m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Launch.classPathOf(Reaper.class),
                Reaper.class.getName()));
        try {
            Process reaper = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new PrintStream(reaper.getOutputStream(), true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the reaper of child processes could not be started", e);
        }
    }

    private static long startOf(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }

    /**
     * Reads {@code pid start} lines until the pipe breaks, then stops those processes: with SIGTERM, and after 15 s
     * with SIGKILL.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        var done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitEnd(done)));
        try {
            stopChildren();
        } finally {
            done.countDown();
        }
    }

    /** Keeps the reaper alive until its work is done, even if the whole process group receives a signal. */
    private static void awaitEnd(CountDownLatch done) {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stopChildren() throws IOException, InterruptedException {
        List<String> children = new ArrayList<>();
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                children.add(line);
            }
        }
        List<ProcessHandle> left = children.reversed().stream()
                .map(Reaper::stillRunning)
                .flatMap(Optional::stream)
                .toList();
        left.forEach(ProcessHandle::destroy);
        long end = System.nanoTime() + GRACE.toNanos();
        while (left.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        left.forEach(ProcessHandle::destroyForcibly);
    }

    private static Optional<ProcessHandle> stillRunning(String line) {
        String[] parts = line.split(" ", 2);
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(process -> startOf(process) == Long.parseLong(parts[1]));
    }
}
