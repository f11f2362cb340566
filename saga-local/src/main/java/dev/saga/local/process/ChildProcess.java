package dev.saga.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A program that this process started. Its output goes to a log file. It never outlives this process, however this
 * process ends (see {@link Reaper}).
 */
public final class ChildProcess {
    private static final int TAIL_LINES = 15;
    private static final Duration POLL = Duration.ofMillis(25);
    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(PROBE).build();

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a program and returns at once.
     *
     * @param name display name, for messages
     * @param log file to which the output is appended
     * @throws StartFailure if the program could not be started
     */
    public static ChildProcess start(String name, List<String> command, Path log) {
        return start(name, new ProcessBuilder(command), log);
    }

    /**
     * Starts a program with additional environment variables. Only the program's own user can read them, so passwords
     * belong here: everybody can read a command line.
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return start(name, builder, log);
    }

    private static ChildProcess start(String name, ProcessBuilder builder, Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            Process process = builder.start();
            process.getOutputStream().close();
            Reaper.watch(process.toHandle());
            return new ChildProcess(name, log, process);
        } catch (IOException e) {
            throw new StartFailure(name + " could not be started: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the command of a Java program on the JDK of this process. {@code arguments} are options, the main class,
     * and its arguments.
     */
    public static List<String> java(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        return command;
    }

    /**
     * Waits until {@code ready} returns true.
     *
     * @throws StartFailure if the program ended or {@code atMost} is over; its message has the last lines of the log
     */
    public void awaitReady(BooleanSupplier ready, Duration atMost) {
        Instant end = Instant.now().plus(atMost);
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw failure("ended with exit code " + process.exitValue());
            }
            if (Instant.now().isAfter(end)) {
                throw failure("was not ready after " + atMost.toSeconds() + " s");
            }
            pause();
        }
    }

    /**
     * Waits until the program returns 200 for this address.
     *
     * @throws StartFailure if the program ended or {@code atMost} is over; its message has the last lines of the log
     */
    public void awaitOk(URI address, Duration atMost) {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PROBE).build();
        awaitReady(() -> isOk(request), atMost);
    }

    private static boolean isOk(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted", e);
        }
    }

    /**
     * Waits until the program ends by itself.
     *
     * @throws StartFailure if its exit code is not 0 or {@code atMost} is over; its message has the last lines of the
     *     log
     */
    public void awaitSuccess(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("was still running after " + atMost.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    private StartFailure failure(String what) {
        return new StartFailure(name + " " + what + "; the end of " + log + ":\n" + tail());
    }

    private String tail() {
        try {
            List<String> lines =
                    Files.readString(log, StandardCharsets.UTF_8).lines().toList();
            return String.join(
                    "\n",
                    lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).stream()
                            .map(line -> "    " + line)
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return name;
    }

    public Path log() {
        return log;
    }

    public long pid() {
        return process.pid();
    }

    /** Returns the ids of the program and of the processes that it has started so far. */
    public List<Long> withChildren() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Requests the program to end, waits for {@code grace}, then kills it. Does nothing if the program has already
     * ended.
     */
    public void stop(Duration grace) {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Kills the program ({@code kill -9}), so that it cannot finish anything. Returns when it has ended. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Kills the program and the processes that it started, all at once. Returns when they have ended. */
    public void killWithChildren() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        children.forEach(child -> child.onExit().join());
    }
}
