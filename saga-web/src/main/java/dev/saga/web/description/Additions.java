package dev.saga.web.description;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.core.util.Yaml31;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The files {@code api-description.yaml} on the class path, as additions to a description. */
final class Additions {
    private static final String FILES = "classpath*:api-description.yaml";
    /** An addition to a route or type that the service does not have is ignored, except for types that are whole. */
    private static final Set<String> OF_THE_CODE = Set.of("paths", "schemas");

    private static final String EXTENSION = "x-";

    private Additions() {}

    static List<JsonNode> read() {
        ObjectMapper yaml = Yaml31.mapper();
        List<JsonNode> additions = new ArrayList<>();
        try {
            for (Resource file : new PathMatchingResourcePatternResolver().getResources(FILES)) {
                try (InputStream content = file.getInputStream()) {
                    additions.add(yaml.readTree(content));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return additions;
    }

    /**
     * Adds an addition to a description. Lists of named or referring objects are merged, lists of extensions
     * ({@code x-…}) are joined, other values replaced. A schema with
     * a type replaces that of the code; one without a type completes it.
     */
    static void merge(ObjectNode target, JsonNode addition) {
        addition.properties().forEach(field -> merge(target, field.getKey(), field.getValue()));
    }

    private static void merge(ObjectNode target, String name, JsonNode value) {
        JsonNode present = target.path(name);
        boolean replaces = name.equals("schema") && (value.has("type") || value.has("$ref"));
        if (present instanceof ObjectNode object && value.isObject() && !replaces) {
            if (OF_THE_CODE.contains(name)) {
                mergeKnown(object, value);
            } else {
                merge(object, value);
            }
        } else if (present instanceof ArrayNode list && value.isArray() && areNamed(value)) {
            value.forEach(item -> merge(list, item));
        } else if (present instanceof ArrayNode list && value.isArray() && name.startsWith(EXTENSION)) {
            list.addAll((ArrayNode) value);
        } else {
            target.set(name, value.deepCopy());
        }
    }

    private static void mergeKnown(ObjectNode target, JsonNode addition) {
        addition.properties().forEach(field -> {
            if (target.path(field.getKey()) instanceof ObjectNode present) {
                merge(present, field.getValue());
            } else if (field.getValue().has("type")) {
                target.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }

    private static boolean areNamed(JsonNode list) {
        return list.valueStream().allMatch(item -> item.has("name") || item.has("$ref"));
    }

    /** Merges an item with that of the same name. A reference, whose last segment is the name, replaces it. */
    private static void merge(ArrayNode list, JsonNode item) {
        for (int i = 0; i < list.size(); i++) {
            if (name(list.get(i)).equals(name(item))) {
                if (item.has("$ref")) {
                    list.set(i, item.deepCopy());
                } else {
                    merge((ObjectNode) list.get(i), item);
                }
                return;
            }
        }
        list.add(item.deepCopy());
    }

    private static String name(JsonNode item) {
        String reference = item.path("$ref").asText();
        return reference.isEmpty() ? item.path("name").asText() : reference.substring(reference.lastIndexOf('/') + 1);
    }
}
