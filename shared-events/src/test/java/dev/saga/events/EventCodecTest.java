package dev.saga.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.wire.ContractViolation;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
    private static final String KEY = Events.SAGA.text();
    private final EventCodec codec = new EventCodec(Shop.CONTRACT);

    static Stream<SagaEvent> events() {
        return Events.all(Events.SAGA).stream();
    }

    @Test
    void everyTypeHasAGoldenForm() {
        assertThat(events().map(SagaEvent::type)).containsExactlyInAnyOrder(ShopEventType.values());
    }

    @ParameterizedTest
    @MethodSource("events")
    void writesTheGoldenForm(SagaEvent event) throws IOException {
        assertThat(new String(codec.encode(envelope(event)), StandardCharsets.UTF_8))
                .isEqualTo(golden(event.type()));
    }

    @ParameterizedTest
    @MethodSource("events")
    void readsTheGoldenForm(SagaEvent event) throws IOException {
        assertThat(decode(golden(event.type()))).isEqualTo(envelope(event));
    }

    @ParameterizedTest
    @MethodSource("events")
    void ignoresFieldsFromTheFuture(SagaEvent event) throws IOException {
        String future =
                golden(event.type()).replace("\"data\":{", "\"newattribute\":[1],\"data\":{\"new_field\":{\"a\":1},");
        assertThat(decode(future)).isEqualTo(envelope(event));
    }

    @ParameterizedTest
    @MethodSource("events")
    void readsTheAttributesInAnyOrder(SagaEvent event) throws IOException {
        String golden = golden(event.type()).strip();
        String data = golden.substring(golden.indexOf("\"data\":"), golden.length() - 1);
        String dataFirst = "{" + data + "," + golden.substring(1).replace("," + data, "");
        assertThat(decode(dataFirst)).isEqualTo(envelope(event));
    }

    @Test
    void readsTheFirstEventOfASagaWhichHasNoCause() throws IOException {
        String first = golden(ShopEventType.ORDER_CREATED).replaceAll("\"causationid\":\"[^\"]*\",", "");
        assertThat(decode(first).causationId()).isNull();
    }

    @Test
    void mapsAnIdThatIsNotAUuidToANameBasedUuid() throws IOException {
        String foreign = golden(ShopEventType.ORDER_CREATED).replaceFirst("\"id\":\"[^\"]*\"", "\"id\":\"dup-1\"");
        assertThat(decode(foreign).id()).isEqualTo(decode(foreign).id());
        assertThat(decode(foreign).id())
                .isNotEqualTo(decode(foreign.replace("dup-1", "dup-2")).id());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "specversion":"1.0"                   | "specversion":"0.3"       | not a CloudEvent 1.0
            "type":"INVENTORY_RESERVED"           | "type":"ORDER_EXPLODED"   | unknown type ORDER_EXPLODED
            "type":"INVENTORY_RESERVED",          | ''                        | type is missing
            "subject":"0199                       | "subject":"1199           | the key is not the subject
            "transaction_id":"0199                | "transaction_id":"1199    | data.transaction_id is not the subject
            "transaction_id":"0199c8a0-0000-7000-8000-000000000001", | '' | transaction_id is missing
            "total_price":15000                   | "total_price":-1          | an amount must not be negative but is -1
            "unit_price":1500                     | "unit_price":15.5         | data:
            "qty":10                              | "qty":"10"                | data:
            "qty":10                              | "qty":0                   | qty must be 1 to 1000000 but is 0
            "user_id":"ann"                       | "user_id":"a b"           | user_id must be 1 to 64
            "causationid":"                       | "causationid":5,"old":"   | causationid is missing
            "causationid":"                       | "causationid":"","old":"  | causationid is missing
            "time":"2026                          | "time":"noon              | time is not RFC 3339
            {"specversion"                        | {specversion              | not JSON
            {"specversion":"1.0"                  | {"specversion":"1.0"}{"a":1 | not JSON
            """)
    void refusesWhatBreaksTheContract(String good, String bad, String reason) throws IOException {
        String broken = golden(ShopEventType.INVENTORY_RESERVED).replace(good, bad);
        assertThatThrownBy(() -> decode(broken))
                .isInstanceOf(ContractViolation.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesAKeyThatIsNotTheSubjectAndAMissingOrTooLargeValue() throws IOException {
        byte[] good = golden(ShopEventType.ORDER_CANCEL).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> codec.decode(null, good)).hasMessage("the key is not the subject");
        assertThatThrownBy(() -> codec.decode("other".getBytes(StandardCharsets.UTF_8), good))
                .hasMessage("the key is not the subject");
        assertThatThrownBy(() -> codec.decode(key(), null)).hasMessage("the value is null");
        byte[] garbage = new byte[1 << 20];
        Arrays.fill(garbage, (byte) '[');
        assertThatThrownBy(() -> codec.decode(key(), garbage)).hasMessageContaining("bytes");
        assertThatThrownBy(() -> codec.decode(key(), Arrays.copyOf(garbage, 900_000)))
                .isInstanceOf(ContractViolation.class);
    }

    @Test
    void refusesAnEventWithoutData() throws IOException {
        String good = golden(ShopEventType.PAYMENT_VOIDED);
        int data = good.indexOf("\"data\":") + "\"data\":".length();
        for (String nothing : List.of("null", "[]", "\"x\"", "1")) {
            String bad = good.substring(0, data) + nothing + "}";
            assertThatThrownBy(() -> decode(bad))
                    .isInstanceOf(ContractViolation.class)
                    .hasMessage("data is missing");
        }
    }

    private Envelope decode(String json) {
        return codec.decode(key(), json.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] key() {
        return KEY.getBytes(StandardCharsets.UTF_8);
    }

    private static Envelope envelope(SagaEvent event) {
        String source = "/" + event.type().topic().text() + "-svc";
        return new Envelope(
                UUID.fromString("0199c8a0-0000-7000-8000-00000000000e"),
                source,
                Instant.parse("2026-11-21T02:03:04.567Z"),
                UUID.fromString("0199c8a0-0000-7000-8000-00000000000c"),
                "00-0199c8a0000070008000000000000001-800000000000000e-01",
                event);
    }

    private static String golden(EventType type) throws IOException {
        try (InputStream file = EventCodecTest.class.getResourceAsStream("/golden/" + type + ".json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static final Instant ARRIVED = Instant.ofEpochMilli(1_795_226_584_567L);

    private Envelope decode(String json, EventHeaders headers) {
        return codec.decode(key(), Payload.of(json.getBytes(StandardCharsets.UTF_8)), headers, ARRIVED)
                .envelope();
    }

    @Test
    void readsUuidsInCapitalsAsTheSame() throws IOException {
        String capitals = golden(ShopEventType.INVENTORY_RESERVED).replace(KEY, KEY.toUpperCase(Locale.ROOT));
        Envelope read = codec.decode(
                KEY.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8),
                capitals.getBytes(StandardCharsets.UTF_8));
        assertThat(read).isEqualTo(decode(golden(ShopEventType.INVENTORY_RESERVED)));
    }

    @Test
    void anEventWithoutATimeGetsTheTimeOfItsRecord() throws IOException {
        String timeless = golden(ShopEventType.ORDER_CANCEL).replaceFirst("\"time\":\"[^\"]*\",", "");
        assertThat(decode(timeless, EventHeaders.NONE).time()).isEqualTo(ARRIVED);
    }

    @ParameterizedTest
    @CsvSource({"ORDER_CANCEL, OTHER", "INVENTORY_REJECTED, OTHER", "PAYMENT_FAILED, OTHER", "ORDER_CANCELLED, OTHER"})
    void readsAReasonFromTheFutureAsOther(ShopEventType type, String other) throws IOException {
        String future = golden(type).replaceFirst("\"reason\":\"[^\"]*\"", "\"reason\":\"SOLD_TO_ALIENS\"");
        assertThat(decode(future).event().toString()).contains("reason=" + other);
    }

    @ParameterizedTest
    @MethodSource("events")
    void readsBinaryMode(SagaEvent event) throws IOException {
        Envelope structured = decode(golden(event.type()));
        var headers = new EventHeaders(Map.of(
                "specversion", "1.0",
                "id", structured.id().toString(),
                "source", structured.source(),
                "type", event.type().name(),
                "subject", KEY,
                "time", structured.time().toString(),
                "causationid", String.valueOf(structured.causationId()),
                "traceparent", String.valueOf(structured.traceparent())));
        assertThat(decode(codec.data(event), headers)).isEqualTo(structured);
        assertThat(EventHeaders.parse(headers.toText())).isEqualTo(headers);
    }

    @Test
    void replacesHalfASurrogatePairWhereverItStands() throws IOException {
        String half = golden(ShopEventType.PAYMENT_FAILED)
                .replaceFirst("\"detail\":\"[^\"]*\"", "\"detail\":\"sorry \\\\ud83d\"")
                .replaceFirst("\"source\":\"[^\"]*\"", "\"source\":\"/x\\\\ude00\"");
        Envelope read = decode(half);
        assertThat(read.event().detail()).isEqualTo("sorry \uFFFD");
        assertThat(read.source()).isEqualTo("/x\uFFFD");
        assertThat(decode(new String(codec.encode(read), StandardCharsets.UTF_8)))
                .isEqualTo(read);
    }

    @Test
    void skipsAByteOrderMarkAndRefusesAnAttributeThatIsThereTwice() throws IOException {
        assertThat(decode("\uFEFF" + golden(ShopEventType.ORDER_CANCEL)))
                .isEqualTo(decode(golden(ShopEventType.ORDER_CANCEL)));
        String twice = golden(ShopEventType.ORDER_CANCEL).replaceFirst("\"source\"", "\"id\":\"another\",\"source\"");
        assertThatThrownBy(() -> decode(twice)).hasMessage("id appears twice");
    }
}
