package dev.saga.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.event.EventType;
import dev.saga.local.process.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Compares {@code docs/api/asyncapi.yaml} with the code, in both directions. */
class AsyncApiTest {
    private static final Path FILE = Launch.home().resolve("docs/api/asyncapi.yaml");

    /** The compacted topics, with the one type of record of each. */
    private static final Map<String, Set<String>> STATES =
            Map.of(StockLevel.TYPE.topic().text(), Set.of(StockLevel.TYPE.name()), "orders", Set.of("ORDER_ROW"));

    private JsonNode api;

    @BeforeEach
    void read() throws IOException {
        api = new YAMLMapper().readTree(Files.readString(FILE));
    }

    @Test
    void theChannelsAreTheTopics() {
        Map<String, String> addresses = new HashMap<>();
        api.path("channels")
                .forEachEntry((name, channel) ->
                        addresses.put(name, channel.path("address").asString()));
        assertThat(addresses)
                .isEqualTo(
                        Stream.concat(Arrays.stream(ShopTopic.values()).map(ShopTopic::text), STATES.keySet().stream())
                                .collect(Collectors.toMap(topic -> topic, topic -> topic)));
    }

    @Test
    void everyChannelHasTheTypesOfItsTopic() {
        Map<String, Set<String>> types = new HashMap<>();
        api.path("channels")
                .forEachEntry((name, channel) ->
                        types.put(name, Set.copyOf(channel.path("messages").propertyNames())));
        Map<String, Set<String>> expected = new HashMap<>(STATES);
        expected.putAll(Arrays.stream(ShopEventType.values())
                .collect(Collectors.groupingBy(
                        type -> type.topic().text(), Collectors.mapping(Enum::name, Collectors.toSet()))));
        assertThat(types).isEqualTo(expected);
    }

    @Test
    void everyMessageHasTheNameAndTheSchemaOfItsType() {
        JsonNode messages = api.at("/components/messages");
        assertThat(messages.propertyNames())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Arrays.stream(ShopEventType.values()).map(Enum::name),
                                STATES.values().stream().flatMap(Set::stream))
                        .toList());
        messages.forEachEntry((name, message) -> {
            assertThat(message.path("name").asString()).isEqualTo(name);
            Path schema = FILE.resolveSibling(message.at("/payload/$ref").asString());
            assertThat(schema).hasFileName(name + ".json").exists();
        });
    }

    @Test
    void everyServicePublishesOnItsTopicAndConsumesTheTypesOnWhichItActs() {
        Map<String, Set<String>> described = new HashMap<>();
        api.path("operations")
                .forEachEntry((name, operation) -> described
                        .computeIfAbsent(
                                name.replaceFirst("-(publishes|consumes)-.*", " ")
                                        + operation.path("action").asString(),
                                any -> new HashSet<>())
                        .addAll(operation
                                .path("messages")
                                .valueStream()
                                .map(message -> message.path("$ref").asString().replaceFirst(".*/", ""))
                                .toList()));
        Map<String, Set<String>> expected = new HashMap<>();
        for (Participant service : Participant.values()) {
            expected.put(service.text() + " receive", names(ShopEventType.consumedBy(service)));
            expected.put(service.text() + " send", publishedBy(service));
        }
        expected.get("inventory-svc send").add("STOCK_LEVEL");
        expected.get("order-svc receive").add("STOCK_LEVEL");
        expected.get("order-svc send").add("ORDER_ROW");
        assertThat(described).isEqualTo(expected);
    }

    private static Set<String> names(Set<EventType> types) {
        return types.stream().map(EventType::name).collect(Collectors.toSet());
    }

    private static Set<String> publishedBy(Participant service) {
        return Arrays.stream(ShopEventType.values())
                .filter(type -> service.text().equals(type.topic().text() + "-svc"))
                .map(Enum::name)
                .collect(Collectors.toSet());
    }
}
