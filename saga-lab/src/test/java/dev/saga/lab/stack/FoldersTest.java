package dev.saga.lab.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.local.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    private static final int PARTS = 50;

    @TempDir
    Path parent;

    @Test
    void aFolderIsDeletedOnceItsProcessStopsWriting() throws Exception {
        Path folder = parent.resolve("data");
        for (int part = 0; part < PARTS; part++) {
            Files.createDirectories(folder.resolve("part-" + part));
        }
        var written = new CountDownLatch(1);
        Thread writer = Thread.ofVirtual().start(() -> write(folder, written));
        written.await();

        Folders.deleteOnceUnused(folder, Duration.ofMinutes(1));

        writer.join();
        assertThat(folder).doesNotExist();
    }

    /** Writes for a while, as a server that shuts down does: a deletion in one go meets new files. */
    private static void write(Path folder, CountDownLatch written) {
        for (int file = 0; file < 20_000; file++) {
            try {
                Files.writeString(folder.resolve("part-" + file % PARTS).resolve("file-" + file), "x");
            } catch (IOException deletedBetween) {
                continue;
            }
            if (file == 500) {
                written.countDown();
            }
        }
    }
}
