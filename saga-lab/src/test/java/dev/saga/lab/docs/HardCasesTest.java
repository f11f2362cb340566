package dev.saga.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.lab.fixture.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that every hard case has a test, and that every test that a page names exists. */
class HardCasesTest {
    private static final int CASES = 70;
    private static final Pattern CASE = Pattern.compile("^\\| (\\d+)\\. ");
    private static final Pattern TEST = Pattern.compile("@(?:Test|TestFactory|ParameterizedTest|Property)\\b");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");

    private final Map<String, String> sources = sources();

    @Test
    void everyHardCaseHasATestThatExists() {
        List<String> rows = Checkout.text(Checkout.HOME.resolve("docs/audit/testing.md"))
                .lines()
                .filter(line -> CASE.matcher(line).find())
                .toList();
        assertThat(rows.stream().map(HardCasesTest::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, CASES).boxed().toList());
        assertThat(rows).allSatisfy(row -> assertThat(NAME.matcher(row).find()).isTrue());
        assertThat(missing(rows.stream())).isEmpty();
    }

    @Test
    void everyTestThatAPageNamesExists() {
        List<Path> pages = Checkout.files(HardCasesTest::isPage);
        assertThat(pages)
                .isNotEmpty()
                .allSatisfy(page -> assertThat(missing(Checkout.text(page).lines()))
                        .as(page.toString())
                        .isEmpty());
    }

    private static boolean isPage(Path file) {
        Path page = Checkout.HOME.relativize(file);
        return page.toString().endsWith(".md")
                && (page.startsWith("docs")
                        || Set.of("README.md", "CONTRIBUTING.md").contains(page.toString()));
    }

    private List<String> missing(Stream<String> lines) {
        return lines.flatMap(line -> NAME.matcher(line).results())
                .filter(name -> !exists(name))
                .map(MatchResult::group)
                .toList();
    }

    private boolean exists(MatchResult name) {
        String source = sources.getOrDefault(name.group(1), "");
        int method = source.indexOf(" " + name.group(2) + "(");
        return method >= 0
                && TEST.matcher(source.substring(source.lastIndexOf("\n\n", method), method))
                        .find();
    }

    private static int number(String row) {
        var matcher = CASE.matcher(row);
        matcher.find();
        return Integer.parseInt(matcher.group(1));
    }

    private static Map<String, String> sources() {
        return Checkout.files(file -> file.toString().matches(".*src.test.java.*(Test|IT)\\.java")).stream()
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""),
                        Checkout::text,
                        (one, other) -> one + other));
    }
}
