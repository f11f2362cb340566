package dev.saga.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares the page of settings with the settings records: Spring's annotation processor describes them at each build. */
class SettingsPageTest {
    private static final Path PAGE = Checkout.HOME.resolve("docs/operate/settings.md");
    private static final Path EXPECTED = Checkout.HOME.resolve("saga-lab/target/settings.md");
    private static final String DESCRIPTIONS = "target/classes/META-INF/spring-configuration-metadata.json";
    private static final Pattern CODE = Pattern.compile("\\{@(?:code|link) ([^}]*)}");

    private static final List<String> MODULES = Stream.concat(
                    Stream.of("saga-delivery", "saga-web", "gateway-svc"),
                    Stream.of(Participant.values()).map(Participant::text))
            .toList();

    @Test
    void thePageListsEverySettingWithItsDefault() throws IOException {
        Map<String, JsonNode> settings = new TreeMap<>();
        for (String module : MODULES) {
            Path descriptions = Checkout.HOME.resolve(module).resolve(DESCRIPTIONS);
            if (Files.exists(descriptions)) {
                JsonMapper.shared()
                        .readTree(Files.readString(descriptions))
                        .path("properties")
                        .forEach(setting -> settings.put(setting.path("name").asString(), setting));
            }
        }
        String page = Checkout.text(PAGE);
        String expected = page.replaceFirst("(?s)\n## .*", "") + tables(settings);
        Files.writeString(EXPECTED, expected);

        assertThat(page).as("Copy %s to %s.", EXPECTED, PAGE).isEqualTo(expected);
    }

    private static String tables(Map<String, JsonNode> settings) {
        var page = new StringBuilder();
        String group = "";
        for (JsonNode setting : settings.values()) {
            String name = setting.path("name").asString();
            String prefix = name.substring(0, name.lastIndexOf('.'));
            if (!prefix.equals(group)) {
                group = prefix;
                page.append("\n## ").append(group).append("\n\n| setting | default | meaning |\n| --- | --- | --- |\n");
            }
            page.append("| `%s` | %s | %s |%n".formatted(name, standard(setting), meaning(setting)));
        }
        return page.toString();
    }

    private static String standard(JsonNode setting) {
        String text = setting.path("defaultValue").asString("");
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String meaning(JsonNode setting) {
        return CODE.matcher(setting.path("description").asString("").replaceAll("\\s+", " "))
                .replaceAll("`$1`")
                .replace("|", "\\|");
    }
}
