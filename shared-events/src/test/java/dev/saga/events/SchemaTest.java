package dev.saga.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.saga.local.process.Launch;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares the JSON Schemas of the events with the events of the code. */
class SchemaTest {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @Test
    void everyTypeHasASchemaAndEverySchemaHasAType() {
        assertThat(Resources.names("/schema"))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("cloudevent", "values"),
                                Arrays.stream(ShopEventType.values()).map(Enum::name))
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void theGoldenEventMatchesItsSchemaAndNoOther(ShopEventType type) {
        String golden = Resources.text("/golden/" + type + ".json");
        assertThat(ShopEventType.values())
                .filteredOn(other -> errors(other, golden).isEmpty())
                .containsExactly(type);
    }

    @ParameterizedTest
    @EnumSource
    void theSchemaHasTheFieldsOfTheRecord(ShopEventType type) {
        JsonNode data = JsonMapper.shared()
                .readTree(Resources.text("/schema/" + type + ".json"))
                .path("properties")
                .path("data");
        assertThat(with(data.path("properties").propertyNames().stream()))
                .isEqualTo(components(type, component -> true));
        assertThat(with(data.path("required").valueStream().map(JsonNode::asString)))
                .as("required fields")
                .isEqualTo(components(type, component -> !isNullable(component)));
    }

    /** Adds the field that the envelope's schema declares for the data of every type. */
    private static Set<String> with(Stream<String> names) {
        return Stream.concat(Stream.of("transaction_id"), names).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> components(ShopEventType type, Predicate<RecordComponent> wanted) {
        return Arrays.stream(type.record().getRecordComponents())
                .filter(wanted)
                .map(component ->
                        component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    @ParameterizedTest
    @EnumSource
    void theKnownReasonsAreTheConstantsOfTheEnum(ShopEventType type) {
        JsonNode reason = JsonMapper.shared()
                .readTree(Resources.text("/schema/" + type + ".json"))
                .at("/properties/data/properties/reason/examples");
        List<String> constants = Arrays.stream(type.record().getRecordComponents())
                .filter(component -> component.getName().equals("reason"))
                .flatMap(component -> Arrays.stream(component.getType().getEnumConstants()))
                .map(Object::toString)
                .toList();
        assertThat(reason.valueStream().map(JsonNode::asString)).containsExactlyElementsOf(constants);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "specversion":"1.0"       | "specversion":"0.3"
        "source":"/inventory-svc",| ''
        "subject":"0199           | "subject":"x199
        "transaction_id":"0199    | "transaction_id":"x199
        "total_price":15000       | "total_price":-1
        "total_price":15000       | "total_price":9223372036854775808
        ,"total_price":15000      | ''
        "unit_price":1500         | "unit_price":15.5
        "unit_price":1500         | "unit_price":1000000000001
        ,"unit_price":1500        | ''
        "qty":10                  | "qty":"10"
        "qty":10                  | "qty":0
        "user_id":"ann"           | "user_id":"a b"
        "causationid":"           | "causationid":5,"old":"
        """)
    void theSchemaRefusesWhatAReaderRefuses(String good, String bad) {
        String golden = Resources.text("/golden/INVENTORY_RESERVED.json");
        assertThat(golden).contains(good);
        assertThat(errors(ShopEventType.INVENTORY_RESERVED, golden.replace(good, bad)))
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "available":90       | "available":-1
        "version":7          | "version":0
        "subject":"CATALOG   | "subject":"a b
        "type":"STOCK_LEVEL" | "type":"ORDER_CREATED"
        ,"version":7         | ''
        """)
    void theSchemaOfAStockLevelAcceptsTheGoldenOneAndRefusesWhatAReaderRefuses(String good, String bad) {
        String golden = Resources.text("/golden/STOCK_LEVEL.json");
        assertThat(golden).contains(good);
        assertThat(errors("state/STOCK_LEVEL", golden)).isEmpty();
        assertThat(errors("state/STOCK_LEVEL", golden.replace(good, bad))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders-pending", "orders-priced"})
    void theSchemaOfAnOrderRowAcceptsTheGoldenOneAndRefusesTypesInUpperCase(String name) throws IOException {
        String golden = Files.readString(
                Launch.home().resolve("order-svc/src/test/resources/golden").resolve(name + ".json"));
        assertThat(errors("state/ORDER_ROW", golden)).isEmpty();
        assertThat(errors("state/ORDER_ROW", golden.replace("int32", "INT32"))).isNotEmpty();
        assertThat(errors("state/ORDER_ROW", golden.replace("\"status\":\"", "\"status\":\"X")))
                .isNotEmpty();
    }

    @Test
    void theSchemaAllowsFieldsAndReasonsOfTheFuture() {
        String future = Resources.text("/golden/INVENTORY_REJECTED.json")
                .replace("\"data\":{", "\"newattribute\":\"1\",\"data\":{\"new_field\":{\"a\":1},")
                .replace("OUT_OF_STOCK", "SOLD_TO_ALIENS");
        assertThat(errors(ShopEventType.INVENTORY_REJECTED, future)).isEmpty();
    }

    private static List<com.networknt.schema.Error> errors(ShopEventType type, String event) {
        return errors(type.name(), event);
    }

    private static List<com.networknt.schema.Error> errors(String name, String event) {
        Schema schema = SCHEMAS.getSchema(SchemaLocation.of("classpath:schema/" + name + ".json"));
        return schema.validate(JsonMapper.shared().readTree(event));
    }
}
