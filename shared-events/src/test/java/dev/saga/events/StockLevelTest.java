package dev.saga.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.wire.ContractViolation;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.delivery.wire.StateCodec;
import dev.saga.events.value.ProductId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StockLevelTest {
    private static final Instant TIME = Instant.parse("2026-11-21T02:03:04.567Z");
    private static final Instant ARRIVED = Instant.parse("2026-11-21T02:03:05Z");
    private static final String KEY = "CATALOG-002";
    private static final StockLevel LEVEL = new StockLevel(new ProductId(KEY), 90, 7);

    private final StateCodec codec = new StateCodec(
            Shop.CONTRACT,
            "/inventory-svc",
            () -> UUID.fromString("0199c8a0-0000-7000-8000-000000000021"),
            Clock.fixed(TIME, ZoneOffset.UTC));

    @Test
    void writesTheGoldenForm() throws IOException {
        assertThat(new String(codec.encode(StockLevel.TYPE, LEVEL), StandardCharsets.UTF_8))
                .isEqualTo(golden());
    }

    @Test
    void readsTheGoldenForm() throws IOException {
        assertThat(decode(KEY, golden())).isEqualTo(new StateCodec.Decoded<>(LEVEL, TIME));
    }

    @Test
    void readsBinaryModeAndFieldsFromTheFuture() {
        var headers = new EventHeaders(
                Map.of("specversion", "1.0", "id", "1", "source", "/x", "type", "STOCK_LEVEL", "subject", KEY));
        String data = "{\"product_id\":\"CATALOG-002\",\"available\":90,\"version\":7,\"new_field\":{\"a\":1}}";
        assertThat(decode(KEY, data, headers)).isEqualTo(new StateCodec.Decoded<>(LEVEL, ARRIVED));
    }

    @Test
    void takesTheTimeOfTheRecordIfTheEventHasNone() throws IOException {
        String timeless = golden().replaceAll("\"time\":\"[^\"]*\",", "");
        assertThat(decode(KEY, timeless).time()).isEqualTo(ARRIVED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "available":90         | "available":-1
            "available":90         | "available":"90"
            "version":7            | "version":0
            "version":7            | "version":7,"version":8
            "version":7            | "vers":7
            "data":{               | "data":null,"other":{
            "type":"STOCK_LEVEL"   | "type":"ORDER_CREATED"
            "specversion":"1.0"    | "specversion":"0.3"
            "subject":"CATALOG-002" | "subject":"CATALOG-003"
            "product_id":"CATALOG-002" | "product_id":"CATALOG-003"
            "product_id":"CATALOG-002" | "product_id":"a b"
            "time":"2026-11-21T02:03:04.567Z" | "time":"yesterday"
            """)
    void refusesAChangedField(String from, String to) throws IOException {
        String golden = golden();
        assertThat(golden).contains(from);
        assertThatThrownBy(() -> decode(KEY, golden.replace(from, to))).isInstanceOf(ContractViolation.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "7", "[]", "{}", "garbage", "{\"specversion\":\"1.0\"} {}"})
    void refusesWhatIsNotAnEvent(String value) {
        assertThatThrownBy(() -> decode(KEY, value)).isInstanceOf(ContractViolation.class);
    }

    @Test
    void refusesAKeyThatIsNotTheSubject() throws IOException {
        String golden = golden();
        assertThatThrownBy(() -> decode("catalog-002", golden)).isInstanceOf(ContractViolation.class);
        assertThatThrownBy(() -> codec.decode(StockLevel.TYPE, null, payload(golden), EventHeaders.NONE, ARRIVED))
                .isInstanceOf(ContractViolation.class);
    }

    private StateCodec.Decoded<StockLevel> decode(String key, String value) {
        return decode(key, value, EventHeaders.NONE);
    }

    private StateCodec.Decoded<StockLevel> decode(String key, String value, EventHeaders headers) {
        return codec.decode(StockLevel.TYPE, key.getBytes(StandardCharsets.UTF_8), payload(value), headers, ARRIVED);
    }

    private static Payload payload(String value) {
        return Payload.of(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String golden() throws IOException {
        try (InputStream in = StockLevelTest.class.getResourceAsStream("/golden/STOCK_LEVEL.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
