package dev.saga.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** Passwords, and files and folders that only their owner can read if the file system supports owners. */
public final class Secrets {
    private static final int BYTES = 16;
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private static final FileAttribute<?>[] NOTHING = {};
    private static final FileAttribute<?>[] ONLY_OWNER = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };

    private Secrets() {}

    /** Returns a new password: 128 random bits as 32 hexadecimal digits. */
    public static String password() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Creates a folder or uses an existing one, and restricts it to its owner (0700). */
    public static Path folder(Path folder) {
        try {
            Files.createDirectories(folder);
            permit(folder, "rwx------");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes or overwrites a file that only its owner can read (0600). A new file is never readable by others. */
    public static void write(Path file, String text) {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options, POSIX ? ONLY_OWNER : NOTHING)) {
            if (Files.isRegularFile(file)) {
                permit(file, "rw-------");
            }
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        if (POSIX) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
