package dev.saga.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.EventHeaders;
import dev.saga.delivery.wire.Payload;
import dev.saga.event.Envelope;
import dev.saga.events.value.Money;
import dev.saga.local.process.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ForeignRecordTest {
    /** A record of the CloudEvents SDK for JavaScript; the example's own test compares the file with the SDK. */
    private static final Path CAPTURED = Launch.home().resolve("examples/shipping-node/binary.test.json");

    @Test
    void readsARecordThatTheJavaScriptSdkWroteInBinaryMode() throws IOException {
        JsonNode captured = JsonMapper.shared().readTree(Files.readString(CAPTURED));
        var headers = new RecordHeaders();
        captured.path("headers").forEachEntry((name, value) -> headers.add(name, utf8(value)));
        EventCodec.Decoded read = new EventCodec(Shop.CONTRACT)
                .decode(
                        utf8(captured.path("key")),
                        Payload.of(utf8(captured.path("value"))),
                        EventHeaders.of(headers),
                        Instant.EPOCH);
        assertThat(read.envelope())
                .isEqualTo(new Envelope(
                        UUID.fromString("0199c8a0-0000-7000-8000-00000000000e"),
                        "/payment-svc",
                        Instant.parse("2026-11-21T02:03:04.567Z"),
                        UUID.fromString("0199c8a0-0000-7000-8000-00000000000c"),
                        "00-0199c8a0000070008000000000000001-800000000000000e-01",
                        new PaymentEvent.Completed(Events.SAGA, "pay-1", new Money(15_000))));
    }

    private static byte[] utf8(JsonNode text) {
        return text.asString().getBytes(StandardCharsets.UTF_8);
    }
}
