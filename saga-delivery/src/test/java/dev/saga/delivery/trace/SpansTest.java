package dev.saga.delivery.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.Trips;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.event.Envelope;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpansTest {
    private static final Instant DECIDED = Instant.parse("2026-11-21T02:03:04.567Z");
    private static final Instant NOW = DECIDED.plusMillis(20);
    private static final TransactionId SAGA = Trips.SAGA;
    private static final String CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final List<FinishedSpan> recorded = new ArrayList<>();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final Spans agency = new Spans("/agency", 1, clock, recorded::add);
    private final Spans hotel = new Spans("/hotel", 1, clock, recorded::add);
    private final EventCodec codec = new EventCodec(Trips.CONTRACT);

    @Test
    void eventsOfTwoServicesAreOneTree() {
        Envelope requested = event(agency, null, null, Trips.requested(SAGA));
        Envelope booked = event(hotel, requested, requested.traceparent(), Trips.booked(SAGA));
        hotel.published("hotels", codec.encode(booked));
        hotel.handled(List.of(requested), DECIDED.plusMillis(5));
        agency.published("trips", codec.encode(requested));
        agency.requested("POST /trips", SAGA, null, DECIDED);
        assertThat(path("publish HOTEL_BOOKED"))
                .containsExactly(
                        "publish HOTEL_BOOKED", "handle TRIP_REQUESTED", "publish TRIP_REQUESTED", "POST /trips");
        assertThat(recorded)
                .extracting(span -> span.context().traceId())
                .containsOnly(SAGA.text().replace("-", ""));
    }

    private Envelope event(Spans service, @Nullable Envelope cause, @Nullable String parent, SagaEvent event) {
        UUID id = UUID.randomUUID();
        return new Envelope(
                id,
                service == agency ? "/agency" : "/hotel",
                DECIDED,
                cause == null ? null : cause.id(),
                service.next(parent, SAGA, id),
                event);
    }

    private List<String> path(String name) {
        FinishedSpan start = recorded.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
        return Stream.iterate(start, Objects::nonNull, this::parent)
                .map(FinishedSpan::name)
                .toList();
    }

    private @Nullable FinishedSpan parent(FinishedSpan child) {
        return recorded.stream()
                .filter(span -> span.context().spanId().equals(child.parent()))
                .findFirst()
                .orElse(null);
    }

    @Test
    void aPublishedEventTakesFromItsDecisionToItsAcknowledgement() {
        agency.published("trips", codec.encode(event(agency, null, null, Trips.requested(SAGA))));
        FinishedSpan span = recorded.getFirst();
        assertThat(Duration.between(span.start(), span.end())).isEqualTo(Duration.ofMillis(20));
        assertThat(span.attributes())
                .containsEntry("messaging.destination.name", "trips")
                .containsEntry("saga.transaction_id", SAGA.text());
    }

    @Test
    void aCallersTraceIsContinued() {
        agency.requested("POST /trips", SAGA, CALLER, DECIDED);
        FinishedSpan span = recorded.getFirst();
        assertThat(span.context().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(span.parent()).isEqualTo("b7ad6b7169203331");
    }

    @Test
    void aTraceThatTheCallerDoesNotRecordIsNotRecorded() {
        String silent = CALLER.substring(0, CALLER.length() - 1) + "0";
        Envelope event = event(agency, null, silent, Trips.requested(SAGA));
        agency.requested("POST /trips", SAGA, silent, DECIDED);
        agency.published("trips", codec.encode(event));
        hotel.handled(List.of(event), DECIDED);
        hotel.parked(codec.encode(event), "broken");
        hotel.called("book", SAGA, event.id(), event.traceparent(), "booked", null, DECIDED);
        assertThat(event.traceparent()).endsWith("-00");
        assertThat(recorded).isEmpty();
    }

    @Test
    void aShareOfTheNewTracesIsRecorded() {
        var tenth = new Spans("/agency", 0.1, clock, recorded::add);
        long sampled = Stream.generate(Trips::newSaga)
                .limit(10_000)
                .filter(saga -> tenth.next(null, saga, UUID.randomUUID()).endsWith("-01"))
                .count();
        assertThat(sampled).isBetween(800L, 1_200L);
        assertThat(new Spans("/agency", 0, clock, recorded::add).next(null, SAGA, UUID.randomUUID()))
                .endsWith("-00");
        assertThat(new Spans("/agency", 1, clock, recorded::add).next(null, SAGA, UUID.randomUUID()))
                .endsWith("-01");
    }

    @Test
    void eventsOfOneTransactionLinkToItsFirst() {
        List<Envelope> batch = Stream.generate(Trips::newSaga)
                .limit(3)
                .map(saga -> event(agency, null, null, Trips.requested(saga)))
                .toList();
        hotel.handled(batch, DECIDED);
        TraceContext first = recorded.getFirst().context();
        assertThat(recorded).extracting(FinishedSpan::link).containsExactly(null, first, first);
        assertThat(recorded.getLast().attributes()).containsEntry("messaging.batch.message_count", "3");
    }

    @Test
    void aParkedEventIsAFailedSpanBelowTheEvent() {
        Envelope event = event(agency, null, null, Trips.requested(SAGA));
        hotel.parked(codec.encode(event), "total is missing");
        FinishedSpan span = recorded.getFirst();
        assertThat(span.failure()).isEqualTo("total is missing");
        assertThat(span.parent())
                .isEqualTo(Objects.requireNonNull(TraceContext.parse(event.traceparent()))
                        .spanId());
    }

    @Test
    void garbageIsNoSpan() {
        for (String garbage : List.of(
                "",
                "{\"specversion\"",
                "{\"specversion\":\"1.0\",\"id\":\"x\",\"type\":\"T\",\"subject\":\"no saga\",\"time\":\"today\"}",
                "{\"specversion\":\"1.0\",\"id\":\"x\",\"type\":\"T\",\"subject\":\"" + SAGA.text()
                        + "\",\"time\":\"2026-11-21T02:03:04.567Z\",\"causationid\":\"no uuid\",\"traceparent\":\""
                        + CALLER + "\"}")) {
            hotel.parked(garbage.getBytes(StandardCharsets.UTF_8), "garbage");
            hotel.published("hotels", garbage.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(recorded).isEmpty();
    }

    @Test
    void anInvalidContextStartsTheSagasOwnTrace() {
        String context = agency.next("00-nothing", SAGA, UUID.randomUUID());
        assertThat(context).startsWith("00-" + SAGA.text().replace("-", "") + "-");
    }
}
