package dev.saga.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.wire.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks that today's contract fits every released version. A release adds a folder {@code golden/<version>} with its
 * golden events and their schemas; no file of such a folder changes later.
 */
class ReleasedVersionsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** Keywords that are for persons. A later version may know more reasons, which are examples. */
    private static final Set<String> FOR_PERSONS = Set.of("$schema", "title", "description", "examples");

    static Stream<String> goldenEvents() {
        return files("");
    }

    static Stream<String> schemas() {
        return files("/schema");
    }

    private static Stream<String> files(String folder) {
        return Resources.folders("/golden").stream()
                .map(version -> "/golden/" + version + folder)
                .flatMap(path -> Resources.names(path).stream().map(name -> path + "/" + name + ".json"));
    }

    @Test
    void thereIsAReleasedVersion() {
        assertThat(Resources.folders("/golden")).contains("1.0.0");
        assertThat(goldenEvents()).hasSizeGreaterThanOrEqualTo(11);
        assertThat(schemas()).hasSizeGreaterThanOrEqualTo(13);
    }

    @ParameterizedTest
    @MethodSource("goldenEvents")
    void readsEveryReleasedEventWithEqualValues(String file) {
        var codec = new EventCodec(Shop.CONTRACT);
        JsonNode released = JSON.readTree(Resources.text(file));
        byte[] key = released.path("subject").asString().getBytes(StandardCharsets.UTF_8);
        byte[] value = Resources.text(file).getBytes(StandardCharsets.UTF_8);
        Map<String, String> today = new TreeMap<>(values(JSON.readTree(codec.encode(codec.decode(key, value)))));
        assertThat(today).containsAllEntriesOf(values(released));
    }

    /**
     * A reader of that version needs the fields that it knows, unchanged; and today's reader must not need a field that
     * a writer of that version does not send.
     */
    @ParameterizedTest
    @MethodSource("schemas")
    void keepsEveryReleasedFieldAndRequiresNoNewOne(String file) {
        Map<String, String> released = values(JSON.readTree(Resources.text(file)));
        String name = file.substring(file.lastIndexOf('/'));
        Map<String, String> today = values(JSON.readTree(Resources.text("/schema" + name)));
        assertThat(today).containsAllEntriesOf(released);
        today.keySet().removeAll(released.keySet());
        assertThat(today.keySet()).as("new keywords").noneMatch(path -> tightens(path, released));
    }

    /** Returns true if a keyword is no part of a new field: it then restricts a field or an object that was released. */
    private static boolean tightens(String path, Map<String, String> released) {
        String field = path.replaceFirst("(.*/(properties|\\$defs)/[^/]+)/.*", "$1");
        return field.equals(path) || released.keySet().stream().anyMatch(known -> known.startsWith(field + "/"));
    }

    /** Returns the values of a document by their path. The path of a required field ends in its name. */
    private static Map<String, String> values(JsonNode document) {
        Map<String, String> values = new TreeMap<>();
        collect("", document, values);
        return values;
    }

    private static void collect(String path, JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            node.forEachEntry((name, child) -> {
                if (!FOR_PERSONS.contains(name) || !child.isValueNode() && !child.isArray()) {
                    collect(path + "/" + name, child, values);
                }
            });
        } else if (path.endsWith("/required")) {
            node.forEach(name -> values.put(path + "/" + name.asString(), "true"));
        } else if (node.isArray()) {
            IntStream.range(0, node.size()).forEach(i -> collect(path + "/" + i, node.get(i), values));
        } else {
            values.put(path, node.toString());
        }
    }
}
