package dev.saga.lab.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.events.Participant;
import dev.saga.lab.fixture.ApiFiles;
import dev.saga.lab.fixture.Checkout;
import dev.saga.lab.fixture.RunningSystem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;
import tools.jackson.dataformat.yaml.util.StringQuotingChecker;

/** Compares the OpenAPI files in {@code docs/api} with what the running services serve. */
@Order(RunningSystem.ON_PAIRS)
class ApiDescriptionIT {
    private static final Path SERVED = Checkout.HOME.resolve("saga-lab/target/api");
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .stringQuotingChecker(new QuotedNumbersAndTimes())
                    .build())
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    /** Quotes every text that begins with a digit: some readers take one for a number or a time. */
    private static final class QuotedNumbersAndTimes extends StringQuotingChecker.Default {
        @Override
        public boolean needToQuoteValue(String value) {
            return super.needToQuoteValue(value) || (!value.isEmpty() && Character.isDigit(value.charAt(0)));
        }
    }

    /** The keys that come first, in this order; all others follow in that of the alphabet. */
    private static final List<String> FIRST = List.of(
            "openapi",
            "info",
            "title",
            "name",
            "in",
            "summary",
            "description",
            "servers",
            "security",
            "tags",
            "operationId",
            "parameters",
            "requestBody",
            "paths",
            "type",
            "required");

    private final RunningSystem system = RunningSystem.pairs();

    @ParameterizedTest
    @EnumSource
    void theFileIsWhatTheServiceServes(Participant service) throws Exception {
        Path file = ApiFiles.openApi(service);
        String served = YAML.writeValueAsString(sorted(served(service)));
        Files.createDirectories(SERVED);
        Files.writeString(SERVED.resolve(file.getFileName()), served);
        assertThat(firstDifference(Files.exists(file) ? Checkout.text(file) : "", served))
                .as(
                        "%s is not what %s serves; renew it: cp %s/*.yaml %s/",
                        file.getFileName(),
                        service.text(),
                        Checkout.HOME.relativize(SERVED),
                        Checkout.HOME.relativize(file.getParent()))
                .isEmpty();
    }

    /** Returns the first line that differs, because the whole files would hide it; empty if they are equal. */
    private static String firstDifference(String file, String served) {
        List<String> ours = file.lines().toList();
        List<String> theirs = served.lines().toList();
        int line = 0;
        while (line < Math.min(ours.size(), theirs.size()) && ours.get(line).equals(theirs.get(line))) {
            line++;
        }
        return file.equals(served)
                ? ""
                : "line %d: served is \"%s\", the file has \"%s\""
                        .formatted(line + 1, at(theirs, line), at(ours, line));
    }

    private static String at(List<String> lines, int line) {
        return line < lines.size() ? lines.get(line).strip() : "the end";
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationParameterAndTypeHasAnExplanation(Participant service) throws Exception {
        JsonNode served = served(service);
        served.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> {
                    assertThat(operation.path("summary").asString(""))
                            .as("summary of %s %s", method, path)
                            .isNotBlank();
                    assertThat(operation.path("description").asString(""))
                            .as("description of %s %s", method, path)
                            .isNotBlank();
                    assertThat(operation.path("operationId").asString(""))
                            .as("operationId of %s %s", method, path)
                            .matches("[a-z]+[A-Za-z]+");
                    operation
                            .path("parameters")
                            .forEach(parameter -> assertThat(parameter.has("$ref") || parameter.has("description"))
                                    .as("description of %s %s %s", method, path, parameter)
                                    .isTrue());
                }));
        served.path("components")
                .path("schemas")
                .forEachEntry(
                        (name, schema) -> assertThat(schema.path("description").asString(""))
                                .as("description of type %s", name)
                                .isNotBlank());
    }

    private JsonNode served(Participant service) throws Exception {
        String url = system.stack.instances(service).getFirst().url() + "/v3/api-docs";
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(response.body());
        }
    }

    /** Returns the value with its keys in a fixed order, because that of a service can change with each start. */
    private static Object sorted(JsonNode node) {
        if (node.isArray()) {
            return node.valueStream().map(ApiDescriptionIT::sorted).toList();
        }
        if (!node.isObject()) {
            return YAML.treeToValue(node, Object.class);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        node.propertyStream()
                .sorted(Map.Entry.comparingByKey(
                        Comparator.<String>comparingInt(key -> FIRST.contains(key) ? FIRST.indexOf(key) : FIRST.size())
                                .thenComparing(Comparator.naturalOrder())))
                .forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
        return fields;
    }
}
