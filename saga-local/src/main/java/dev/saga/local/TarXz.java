package dev.saga.local;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tukaani.xz.XZInputStream;

/** Unpacks an archive in the format ustar that is compressed with xz: its folders, files and symbolic links. */
final class TarXz {
    private static final int BLOCK = 512;
    private static final int OWNER_EXECUTES = 0100;

    private final InputStream in;
    private final Path folder;

    private TarXz(InputStream in, Path folder) {
        this.in = in;
        this.folder = folder;
    }

    static void unpack(Path archive, Path folder) throws IOException {
        try (InputStream in = new XZInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            var tar = new TarXz(in, folder);
            byte[] header = in.readNBytes(BLOCK);
            while (header.length == BLOCK && header[0] != 0) {
                tar.entry(header);
                header = in.readNBytes(BLOCK);
            }
        }
    }

    private void entry(byte[] header) throws IOException {
        Path path = folder.resolve(text(header, 345, 155))
                .resolve(text(header, 0, 100))
                .normalize();
        if (!path.startsWith(folder)) {
            throw new IOException("the archive has an entry outside its folder: " + path);
        }
        long size = Long.parseLong(text(header, 124, 12).strip(), 8);
        switch (header[156]) {
            case '5' -> Files.createDirectories(path);
            case '2' -> {
                Files.createDirectories(path.getParent());
                Files.createSymbolicLink(path, Path.of(text(header, 157, 100)));
            }
            case '0', 0 ->
                file(path, size, Integer.parseInt(text(header, 100, 8).strip(), 8));
            default -> throw new IOException("the archive has an entry of unknown type: " + path);
        }
    }

    private void file(Path path, long size, int mode) throws IOException {
        Files.createDirectories(path.getParent());
        try (var out = Files.newOutputStream(path)) {
            for (long left = size; left > 0; ) {
                byte[] part = in.readNBytes((int) Math.min(left, 1 << 16));
                if (part.length == 0) {
                    throw new IOException("the archive ends in " + path);
                }
                out.write(part);
                left -= part.length;
            }
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        if ((mode & OWNER_EXECUTES) != 0) {
            path.toFile().setExecutable(true, false);
        }
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.US_ASCII);
    }
}
