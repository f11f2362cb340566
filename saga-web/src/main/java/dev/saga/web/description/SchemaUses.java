package dev.saga.web.description;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;

/**
 * Completes the schemas from their use: a response has every field of its type, null or not, so all are required. It
 * removes schemas that nothing uses.
 */
final class SchemaUses {
    private static final String SCHEMAS = "schemas";

    private final ObjectNode description;
    private final JsonNode schemas;

    SchemaUses(ObjectNode description) {
        this.description = description;
        this.schemas = description.path("components").path(SCHEMAS);
    }

    void complete() {
        Set<String> responded = new TreeSet<>();
        Set<String> used = new TreeSet<>();
        collect(description.path("paths"), used);
        collect(description.path("components").path("responses"), used);
        description
                .path("paths")
                .forEach(path -> path.forEach(operation -> collect(operation.path("responses"), responded)));
        for (String name : responded) {
            requireAll(schemas.path(name));
        }
        if (schemas instanceof ObjectNode all) {
            all.retain(used);
        }
    }

    private void collect(JsonNode node, Set<String> found) {
        String reference = node.path("$ref").asText();
        String name =
                reference.startsWith(RecordSchemas.PREFIX) ? reference.substring(RecordSchemas.PREFIX.length()) : "";
        if (!name.isEmpty() && found.add(name)) {
            collect(schemas.path(name), found);
        }
        node.forEach(child -> collect(child, found));
    }

    private static void requireAll(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties") && !object.has("required")) {
            var required = object.putArray("required");
            object.path("properties").fieldNames().forEachRemaining(required::add);
        }
    }
}
