package dev.saga.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Deletion of folders with data and logs. */
public final class Folders {
    private Folders() {}

    /** Deletes a folder and everything in it; does nothing if it does not exist. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes a folder whose processes are still shutting down: tries again while they write into it.
     *
     * @throws UncheckedIOException if they still write at the end of {@code patience}
     */
    public static void deleteOnceUnused(Path folder, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                delete(folder);
                return;
            } catch (UncheckedIOException inUse) {
                if (System.nanoTime() > end) {
                    throw inUse;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a folder to be unused", e);
        }
    }
}
