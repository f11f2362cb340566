package dev.saga.lab.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks if the last build is older than the sources that go into the jars: each {@code pom.xml} and everything in
 * {@code src/main}, except in {@code examples}. A folder counts too, because a deleted file changes nothing but its
 * folder.
 */
final class BuildCheck extends SimpleFileVisitor<Path> {
    /** Its time is the start of the last Maven build that packaged all modules, so that later changes are newer. */
    static final String STAMP = "saga-lab/target/built";

    private final Path home;
    private final FileTime built;
    private @Nullable String reason;

    private BuildCheck(Path home, FileTime built) {
        this.home = home;
        this.built = built;
    }

    /** Exits with 1 and prints the reason if a build is needed. {@code args}: the folder of the checkout. */
    public static void main(String[] args) throws IOException {
        String reason = reason(Path.of(args[0]));
        if (reason != null) {
            System.out.println("Building: " + reason + ".");
            System.exit(1);
        }
    }

    /** Returns the reason for a build, as a sentence without a full stop; null if no build is needed. */
    static @Nullable String reason(Path home) throws IOException {
        Path stamp = home.resolve(STAMP);
        if (!Files.exists(stamp)) {
            return "the last build did not finish";
        }
        var check = new BuildCheck(home, Files.getLastModifiedTime(stamp));
        Files.walkFileTree(home, check);
        return check.reason;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        String name = folder.getFileName().toString();
        if (!folder.equals(home)
                && (name.startsWith(".")
                        || Set.of("target", "node_modules", "examples").contains(name))) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        if (Files.isDirectory(folder.resolve("src/main")) && !hasJar(folder.resolve("target"))) {
            reason = home.relativize(folder) + " has no jar";
            return FileVisitResult.TERMINATE;
        }
        return check(folder, attributes);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        return check(file, attributes);
    }

    private FileVisitResult check(Path path, BasicFileAttributes attributes) {
        if (isSource(path) && attributes.lastModifiedTime().compareTo(built) > 0) {
            reason = home.relativize(path) + " is newer than the last build";
            return FileVisitResult.TERMINATE;
        }
        return FileVisitResult.CONTINUE;
    }

    private boolean isSource(Path path) {
        String name = "/" + home.relativize(path).toString().replace('\\', '/');
        return name.contains("/src/main/") || name.endsWith("/pom.xml");
    }

    private static boolean hasJar(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            return false;
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.anyMatch(file -> file.toString().endsWith(".jar"));
        }
    }
}
