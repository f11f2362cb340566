package dev.saga.delivery.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.delivery.Trips;
import dev.saga.delivery.inbox.Delivery;
import dev.saga.delivery.log.EventLog.LoggedEvent;
import dev.saga.event.SagaEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests a timeline on a real database. */
class EventLogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final JsonMapper json = JsonMapper.shared();
    private Delivery delivery;
    private EventLog timeline;

    @BeforeEach
    void start() {
        delivery = Delivery.fresh();
        timeline = new EventLog(delivery.sql, delivery.codec, true);
    }

    @AfterEach
    void stop() {
        delivery.close();
    }

    private List<LoggedEvent> loggedEvents(List<SagaEvent> events) {
        return events.stream()
                .map(event -> Delivery.envelope(event, UUID.randomUUID()))
                .map(envelope -> new LoggedEvent(envelope, delivery.codec.encode(envelope)))
                .toList();
    }

    private <T> T run(Mono<T> work) {
        return work.as(delivery.transactions::transactional).block(PATIENCE);
    }

    @Test
    void keepsTheDataOfEveryEventType() {
        List<LoggedEvent> events = loggedEvents(Trips.all(Trips.SAGA));
        run(timeline.add(events));
        Map<UUID, JsonNode> stored = timeline.of(Trips.SAGA)
                .collectMap(EventLog.Entry::eventId, entry -> json.readTree(entry.data()))
                .block(PATIENCE);
        assertThat(stored)
                .isEqualTo(events.stream()
                        .collect(Collectors.toMap(
                                event -> event.envelope().id(),
                                event -> json.readTree(event.json()).path("data"))));
    }

    @Test
    void signalsASagaOnlyAfterTheCommit() {
        var signals = new AtomicInteger();
        var early = new AtomicInteger(-1);
        List<LoggedEvent> events = loggedEvents(List.of(Trips.requested(Trips.SAGA)));
        timeline.news(Trips.SAGA).subscribe(rung -> {}, failure -> {}, signals::incrementAndGet);
        assertThatThrownBy(() -> run(timeline.add(events).then(Mono.error(new IllegalStateException("rolled back")))))
                .hasMessage("rolled back");
        assertThat(signals).as("after a rollback").hasValue(0);
        run(timeline.add(events).doOnNext(added -> early.set(signals.get())));
        assertThat(early).as("before the commit").hasValue(0);
        assertThat(signals).as("after the commit").hasValue(1);
    }
}
