package dev.saga.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.local.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file, symbol, setting and meter that a page names exists. {@link HardCasesTest} does the same for tests. */
class DocsTest {
    private static final Path HOME = Launch.home();

    /** A link to a file of the repository, with a symbol of the file after {@code #}. */
    private static final Pattern LINK = Pattern.compile("]\\((?!\\w+:|#)([^)#\\s]+)(?:#([^)\\s]+))?\\)");

    /** A setting or a meter. */
    private static final Pattern SETTING = Pattern.compile("`(saga(?:\\.[a-z]+(?:-[a-z]+)*){2,})[`=]");

    private static final List<Path> SOURCES = files(DocsTest::isSource);

    static Stream<Path> pages() {
        return files(file -> file.toString().endsWith(".md")).stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadToFilesAndSymbols(Path page) {
        assertThat(LINK.matcher(text(page)).results().filter(link -> !leadsSomewhere(page, link)))
                .as("links of %s that lead nowhere", HOME.relativize(page))
                .extracting(MatchResult::group)
                .isEmpty();
    }

    private static boolean leadsSomewhere(Path page, MatchResult link) {
        Path target = page.resolveSibling(link.group(1)).normalize();
        boolean code = target.toString().matches(".*\\.(java|js)");
        return Files.exists(target) && (!code || link.group(2) == null || hasWord(text(target), link.group(2)));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void settingsAndMetersExist(Path page) {
        assertThat(SETTING.matcher(text(page))
                        .results()
                        .map(setting -> setting.group(1))
                        .distinct())
                .as("settings and meters of %s", HOME.relativize(page))
                .allMatch(DocsTest::exists);
    }

    /** A meter is written out in a source; a setting is too, or is a component of a settings record. */
    private static boolean exists(String name) {
        String component = camelCase(name.substring(name.lastIndexOf('.') + 1));
        return SOURCES.stream()
                .anyMatch(source -> text(source).contains(name)
                        || source.toString().endsWith("Properties.java") && hasWord(text(source), component));
    }

    private static String camelCase(String kebab) {
        return Pattern.compile("-(.)")
                .matcher(kebab)
                .replaceAll(letter -> letter.group(1).toUpperCase());
    }

    private static boolean hasWord(String text, String word) {
        return Pattern.compile("\\b" + Pattern.quote(word) + "\\b")
                .matcher(text)
                .find();
    }

    private static boolean isSource(Path file) {
        return file.toString().matches(".*/src/main/.*\\.(java|yaml)");
    }

    private static List<Path> files(Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(HOME, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean built = Set.of("target", ".git").contains(String.valueOf(folder.getFileName()));
                    return built ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (wanted.test(file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
