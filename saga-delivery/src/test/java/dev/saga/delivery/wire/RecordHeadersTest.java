package dev.saga.delivery.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.Trips;
import dev.saga.delivery.inbox.Delivery;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordHeadersTest {
    private static final String TRACE = "00-0199c8a0000070008000000000000001-800000000000000e-01";

    static Stream<SagaEvent> events() {
        return Trips.all(Trips.SAGA).stream();
    }

    @ParameterizedTest
    @MethodSource("events")
    void copyTheAttributesOfTheEvent(SagaEvent event) {
        UUID id = UUID.randomUUID();
        Envelope plain = Delivery.envelope(event, id);
        var traced = new Envelope(id, plain.source(), plain.time(), UUID.randomUUID(), TRACE, event);
        assertThat(headers(traced))
                .isEqualTo(Map.of(
                        "content-type",
                        "application/cloudevents+json; charset=UTF-8",
                        "event-type",
                        event.type().name(),
                        "event-id",
                        id.toString(),
                        "traceparent",
                        TRACE));
        assertThat(headers(plain)).doesNotContainKey("traceparent").containsEntry("event-id", id.toString());
    }

    private static Map<String, String> headers(Envelope envelope) {
        return RecordHeaders.of(new EventCodec(Trips.CONTRACT).encode(envelope)).stream()
                .collect(Collectors.toMap(
                        header -> header.key(), header -> new String(header.value(), StandardCharsets.UTF_8)));
    }
}
