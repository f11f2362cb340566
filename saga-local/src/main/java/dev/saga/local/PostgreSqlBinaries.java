package dev.saga.local;

import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** PostgreSQL's programs, unpacked at their first use. */
final class PostgreSqlBinaries {
    private PostgreSqlBinaries() {}

    /** Returns the folder with {@code bin}, {@code lib} and {@code share}. */
    static Path home() {
        Path folder = Launch.otherDatabaseBinaries();
        Path home = folder.resolve("home");
        if (!Files.exists(home)) {
            unpack(folder, home);
        }
        return home;
    }

    /** Unpacks beside the final folder and then renames, so that two processes can do it at once. */
    private static void unpack(Path folder, Path home) {
        Path unpacked = folder.resolve("unpacked-" + ProcessHandle.current().pid());
        try {
            TarXz.unpack(archive(folder), unpacked);
            Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.exists(home)) {
                throw new StartFailure("PostgreSQL could not be unpacked: " + e.getMessage(), e);
            }
        } finally {
            Folders.delete(unpacked);
        }
    }

    private static Path archive(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no archive in " + folder));
        }
    }
}
