package dev.saga.local;

import dev.saga.local.process.Launch;
import dev.saga.local.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's programs, unpacked at their first use: in the build, or in a folder for temporary files if another user
 * runs them who cannot enter the build.
 */
final class PostgreSqlBinaries {
    private static @Nullable Path copy;

    private PostgreSqlBinaries() {}

    /**
     * Returns the folder with {@code bin}, {@code lib} and {@code share}.
     *
     * @param othersRun true if another user runs the programs
     */
    static Path home(boolean othersRun) {
        Path folder = Launch.otherDatabaseBinaries();
        return othersRun && !isOpenToAll(folder) ? copy(folder) : home(folder);
    }

    /** Returns true if every user can enter the folder. */
    private static boolean isOpenToAll(Path folder) {
        return Stream.iterate(folder.toAbsolutePath(), Objects::nonNull, Path::getParent)
                .allMatch(PostgreSqlBinaries::canBeEntered);
    }

    private static boolean canBeEntered(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a copy of this process, which it deletes at its end. */
    private static synchronized Path copy(Path folder) {
        if (copy == null) {
            try {
                Path open = Files.createTempDirectory("saga-postgresql");
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(open)));
                copy = open.resolve("home");
                TarXz.unpack(archive(folder), copy);
            } catch (IOException e) {
                throw new StartFailure("PostgreSQL could not be unpacked: " + e.getMessage(), e);
            }
        }
        return copy;
    }

    private static Path home(Path folder) {
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
