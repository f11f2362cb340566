package dev.saga.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.saga.delivery.Trips;
import dev.saga.delivery.outbox.EventSender.Outgoing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxBatchTest {
    @Test
    void parsesItsPayloadInOrder() {
        List<Outgoing> events = List.of(event(10), event(0), event(1_000));
        OutboxBatch stored = new OutboxBatch(7, 1_000, events);
        OutboxBatch read = OutboxBatch.of(7, 1_000, "trips", stored.payload());
        assertThat(read.events()).usingRecursiveComparison().isEqualTo(events);
    }

    @Test
    void keepsEventsThatWereNotSent() {
        List<Outgoing> events = List.of(event(1), event(2), event(3));
        OutboxBatch rest = new OutboxBatch(7, 1_000, events).without(Set.of(events.get(1)));
        assertThat(rest.events()).containsExactly(events.get(0), events.get(2));
    }

    @Test
    void splitsTooManyEventsIntoRowsWithoutLoss() {
        List<Outgoing> many = IntStream.range(0, 450).mapToObj(i -> event(i)).toList();
        assertThat(sizes(many)).containsExactly(200, 200, 50);
        List<Outgoing> large =
                IntStream.range(0, 4).mapToObj(i -> event(100_000)).toList();
        assertThat(sizes(large)).containsExactly(2, 2);
        List<Outgoing> giants =
                IntStream.range(0, 2).mapToObj(i -> event(300_000)).toList();
        assertThat(sizes(giants)).containsExactly(1, 1);
    }

    private static List<Integer> sizes(List<Outgoing> events) {
        List<OutboxBatch> rows = OutboxBatch.split(events, 1_000);
        List<Outgoing> all = new ArrayList<>();
        rows.forEach(row -> all.addAll(row.events()));
        assertThat(all).containsExactlyElementsOf(events);
        return rows.stream().map(row -> row.events().size()).toList();
    }

    private static Outgoing event(int length) {
        byte[] payload = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
        return new Outgoing("trips", Trips.newSaga().text(), payload);
    }
}
