package dev.saga.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.local.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents name tests: all of them exist, and no hard case is without one. */
class HardCasesTest {
    private static final int CASES = 70;
    private static final Pattern CASE = Pattern.compile("^\\| (\\d+)\\. ");
    private static final Pattern TEST = Pattern.compile("@(?:Test|TestFactory|ParameterizedTest|Property)\\b");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");

    private final Map<String, String> sources = sources();

    @Test
    void everyHardCaseHasATestThatExists() throws IOException {
        List<String> rows = lines("docs/audit/testing.md")
                .filter(line -> CASE.matcher(line).find())
                .toList();
        assertThat(rows.stream().map(HardCasesTest::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, CASES).boxed().toList());
        assertThat(rows).allSatisfy(row -> assertThat(NAME.matcher(row).find()).isTrue());
        assertThat(missing(rows.stream())).isEmpty();
    }

    @Test
    void everyTestThatAPageNamesExists() throws IOException {
        try (Stream<Path> pages = Files.walk(Launch.home().resolve("docs"))) {
            List<String> documents = Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md"),
                            pages.filter(page -> page.toString().endsWith(".md"))
                                    .map(page -> Launch.home().relativize(page).toString()))
                    .toList();
            for (String document : documents) {
                assertThat(missing(lines(document))).as(document).isEmpty();
            }
        }
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

    private static Stream<String> lines(String document) throws IOException {
        return Files.readString(Launch.home().resolve(document)).lines();
    }

    private static Map<String, String> sources() {
        try (Stream<Path> files = Files.walk(Launch.home())) {
            return files.filter(file -> file.toString().matches(".*src.test.java.*(Test|IT)\\.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            HardCasesTest::read,
                            (one, other) -> one + other));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
