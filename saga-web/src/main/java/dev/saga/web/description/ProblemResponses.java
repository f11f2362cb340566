package dev.saga.web.description;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;

/**
 * Writes the problems of each operation as responses. {@code x-problems} at the top of a description defines them;
 * {@code x-problems} of an operation lists its own, {@code x-common-problems} those of all operations, and {@code
 * x-body-problems} those of all operations with a body.
 */
final class ProblemResponses {
    private static final String TYPE = "urn:saga:problem:";
    private static final String LIST = "x-problems";
    private static final String COMMON = "x-common-problems";
    private static final String OF_BODIES = "x-body-problems";

    private final ObjectNode description;
    private final JsonNode definitions;
    private final Map<Integer, SortedSet<String>> common;
    private final Map<Integer, SortedSet<String>> ofBodies;

    ProblemResponses(ObjectNode description) {
        this.description = description;
        this.definitions = description.path(LIST).deepCopy();
        this.common = byStatus(description.path(COMMON));
        this.ofBodies = byStatus(description.path(OF_BODIES));
    }

    /** Replaces the lists by responses; defines every response once, below {@code components}. */
    void complete() {
        description.remove(LIST);
        description.remove(COMMON);
        description.remove(OF_BODIES);
        description.path("paths").forEach(path -> path.forEach(operation -> complete((ObjectNode) operation)));
        describe(HttpStatus.NOT_FOUND.value(), new TreeSet<>(Set.of("not-found")));
        describe(HttpStatus.METHOD_NOT_ALLOWED.value(), new TreeSet<>(Set.of("method-not-allowed")));
    }

    private void complete(ObjectNode operation) {
        Map<Integer, SortedSet<String>> problems = byStatus(operation.path(LIST));
        addAll(problems, common);
        if (operation.has("requestBody")) {
            addAll(problems, ofBodies);
        }
        operation.remove(LIST);
        problems.forEach((status, slugs) -> operation
                .withObjectProperty("responses")
                .putObject(String.valueOf(status))
                .put("$ref", "#/components/responses/" + describe(status, slugs)));
    }

    private static void addAll(Map<Integer, SortedSet<String>> problems, Map<Integer, SortedSet<String>> more) {
        more.forEach((status, slugs) ->
                problems.computeIfAbsent(status, none -> new TreeSet<>()).addAll(slugs));
    }

    private Map<Integer, SortedSet<String>> byStatus(JsonNode slugs) {
        Map<Integer, SortedSet<String>> statuses = new TreeMap<>();
        slugs.forEach(slug -> statuses.computeIfAbsent(
                        definition(slug.asText()).path("status").asInt(), none -> new TreeSet<>())
                .add(slug.asText()));
        return statuses;
    }

    private JsonNode definition(String slug) {
        if (!definitions.has(slug)) {
            throw new IllegalStateException("no api-description.yaml defines the problem " + slug);
        }
        return definitions.path(slug);
    }

    /** Defines the response with these problems, and returns its name. */
    private String describe(int status, SortedSet<String> slugs) {
        String name = name(status, slugs);
        ObjectNode response = description
                .withObjectProperty("components")
                .withObjectProperty("responses")
                .putObject(name);
        response.put(
                "description",
                slugs.stream()
                        .map(slug -> definition(slug).path("description").asText())
                        .collect(Collectors.joining(" ")));
        slugs.forEach(slug -> definition(slug)
                .path("headers")
                .properties()
                .forEach(header -> response.withObjectProperty("headers")
                        .set(header.getKey(), header.getValue().deepCopy())));
        body(response.putObject("content").putObject("application/problem+json"), status, slugs);
        return name;
    }

    private void body(ObjectNode body, int status, SortedSet<String> slugs) {
        ArrayNode parts = body.putObject("schema").putArray("allOf");
        parts.addObject().put("$ref", RecordSchemas.PREFIX + "Problem");
        ObjectNode fields = parts.addObject().put("type", "object").putObject("properties");
        fields.putObject("status").put("const", status);
        ArrayNode types = fields.putObject("type").put("type", "string").putArray("enum");
        slugs.forEach(slug -> types.add(TYPE + slug));
        ObjectNode examples = body.putObject("examples");
        slugs.forEach(slug -> example(examples.putObject(slug).putObject("value"), status, slug));
    }

    private void example(ObjectNode example, int status, String slug) {
        example.put("type", TYPE + slug).put("title", HttpStatus.valueOf(status).getReasonPhrase());
        example.put("status", status);
        example.put("detail", definition(slug).path("detail").asText());
        definition(slug).path("fields").properties().forEach(field -> example.set(field.getKey(), field.getValue()));
    }

    /** Returns the status for the problems that all operations have with it, and the problems for any others. */
    private String name(int status, SortedSet<String> slugs) {
        return slugs.equals(common.get(status))
                ? pascal(HttpStatus.valueOf(status).getReasonPhrase())
                : slugs.stream().map(ProblemResponses::pascal).collect(Collectors.joining("Or"));
    }

    private static String pascal(String words) {
        return Arrays.stream(words.split("[^A-Za-z]+"))
                .map(word -> word.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }
}
