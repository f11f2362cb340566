package dev.saga.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.lab.fixture.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that every file, symbol, setting and meter that a page names exists. {@link HardCasesTest} checks test names. */
class DocsTest {
    /** Matches a link to a file of the repository; a symbol of the file may follow after {@code #}. */
    private static final Pattern LINK = Pattern.compile("]\\((?!\\w+:|#)([^)#\\s]+)(?:#([^)\\s]+))?\\)");

    /** Matches a setting or a meter. */
    private static final Pattern SETTING = Pattern.compile("`(saga(?:\\.[a-z]+(?:-[a-z]+)*){2,})[`=]");

    private static final Map<Path, String> SOURCES =
            Checkout.files(DocsTest::isSource).stream().collect(Collectors.toMap(source -> source, Checkout::text));

    static Stream<Path> pages() {
        return Checkout.files(file -> file.toString().endsWith(".md")).stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadToFilesAndSymbols(Path page) {
        assertThat(LINK.matcher(Checkout.text(page)).results().filter(link -> !leadsSomewhere(page, link)))
                .as("links of %s that lead nowhere", Checkout.HOME.relativize(page))
                .extracting(MatchResult::group)
                .isEmpty();
    }

    private static boolean leadsSomewhere(Path page, MatchResult link) {
        Path target = page.resolveSibling(link.group(1)).normalize();
        String symbol = link.group(2);
        if (!Files.exists(target) || symbol == null) {
            return Files.exists(target);
        }
        return switch (target.toString().replaceAll(".*\\.", "")) {
            case "java" -> declares(Checkout.text(target), symbol);
            case "js" -> hasWord(Checkout.text(target), symbol);
            default -> true;
        };
    }

    /** Returns true if a member of the file's type, or a type in it, has this name. */
    private static boolean declares(String text, String symbol) {
        return Pattern.compile("(?m)^    [^(=\";]*(?<![.\\w])" + symbol + "(\\(| =|[,;])|(class|record|interface|enum) "
                        + symbol + "\\b")
                .matcher(text)
                .find();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void settingsAndMetersExist(Path page) {
        assertThat(SETTING.matcher(Checkout.text(page))
                        .results()
                        .map(setting -> setting.group(1))
                        .distinct())
                .as("settings and meters of %s", Checkout.HOME.relativize(page))
                .allMatch(DocsTest::exists);
    }

    /** Returns true if a source contains the name, or if a settings record has a component of the last part's name. */
    private static boolean exists(String name) {
        String component = camelCase(name.substring(name.lastIndexOf('.') + 1));
        return SOURCES.entrySet().stream()
                .anyMatch(source -> source.getValue().contains(name)
                        || source.getKey().toString().endsWith("Properties.java")
                                && hasWord(source.getValue(), component));
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
}
