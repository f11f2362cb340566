package dev.saga.events;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files on the class path of these tests. */
final class Resources {
    private Resources() {}

    static String text(String name) {
        try {
            return Files.readString(path(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the names of the JSON files in a folder, without their ending. */
    static List<String> names(String folder) {
        return children(folder)
                .filter(name -> name.endsWith(".json"))
                .map(name -> name.replace(".json", ""))
                .toList();
    }

    /** Returns the names of the folders in a folder. */
    static List<String> folders(String folder) {
        return children(folder)
                .filter(name -> Files.isDirectory(path(folder + "/" + name)))
                .toList();
    }

    private static Stream<String> children(String folder) {
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path path(String name) {
        try {
            return Path.of(Resources.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
