package dev.saga.lab.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.ShopEventType;
import dev.saga.local.process.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeaningTest {
    private static final Pattern MEANING = Pattern.compile("^  ([A-Z_]+): \\[", Pattern.MULTILINE);

    @Test
    void theConsoleKnowsEveryEvent() throws IOException {
        String lanes =
                Files.readString(Launch.home().resolve("gateway-svc/src/main/resources/static/console/lanes.js"));
        assertThat(MEANING.matcher(lanes).results().map(MatchResult::group).map(name -> name.replaceAll("[^A-Z_]", "")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ShopEventType.values()).map(Enum::name).toList());
    }
}
