package dev.saga.delivery.log;

import static java.util.Objects.requireNonNull;

import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.delivery.wire.EventHead;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The event log is the inbox of a service: one narrow row per handled event, next to the other rows of its saga. The
 * primary key makes an event take effect once. If {@code saga.delivery.timeline} is true, the log is a timeline: it
 * also stores published events, and the content of every event.
 */
public final class EventLog {
    private static final String INBOX = "event_log (transaction_id, event_id)";
    private static final String TIMELINE = "event_log (transaction_id, event_id, event)";
    private static final Comparator<Entry> OLDEST_FIRST =
            Comparator.comparing(Entry::time).thenComparing(Entry::eventId);

    /**
     * One event of a saga, for people.
     *
     * @param detail a summary in a few words
     * @param data the event's data as JSON
     */
    public record Entry(
            Instant time,
            EventType type,
            String source,
            UUID eventId,
            @Nullable UUID causationId,
            String detail,
            String data) {}

    /**
     * An event to record.
     *
     * @param json the event as CloudEvent in JSON, as it is in Kafka
     */
    public record LoggedEvent(Envelope envelope, byte[] json) {
        /** Returns the event's key in the log: its source and its id together identify a CloudEvent. */
        public UUID key() {
            String source = envelope.source();
            String identity = source.length() + source + envelope.id();
            return UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * The result of recording events.
     *
     * @param fresh keys of the events that were not recorded before
     * @param lettersExist true if any dead letter exists, including resolved ones; always false if nothing is fresh
     */
    public record Recorded(Set<UUID> fresh, boolean lettersExist) {}

    private final Sql sql;
    private final EventCodec codec;
    private final SagaSignals signals = new SagaSignals();
    private final boolean timeline;

    public EventLog(Sql sql, EventCodec codec, boolean timeline) {
        this.sql = sql;
        this.codec = codec;
        this.timeline = timeline;
    }

    /** Returns true if published events must be added too. */
    public boolean isTimeline() {
        return timeline;
    }

    /** Records events, each once. Waits for another transaction that records the same events at the moment. */
    public Mono<Recorded> add(List<LoggedEvent> events) {
        return sql.insertNewReturning(
                        timeline ? TIMELINE : INBOX,
                        timeline ? "(?,?,?)" : "(?,?)",
                        events.stream().map(this::row).toList(),
                        "event_id, EXISTS (SELECT 1 FROM dead_letter) AS letters",
                        EventLog::fresh)
                .collectList()
                .map(fresh -> new Recorded(
                        fresh.stream().map(Fresh::eventId).collect(Collectors.toSet()),
                        fresh.stream().anyMatch(Fresh::lettersExist)))
                .delayUntil(recorded -> timeline ? signalAfterCommit(events) : Mono.empty());
    }

    private record Fresh(UUID eventId, boolean lettersExist) {}

    private static Fresh fresh(Row row) {
        return new Fresh(Sql.get(row, "event_id", UUID.class), Sql.get(row, "letters", Boolean.class));
    }

    private Object[] row(LoggedEvent event) {
        UUID saga = event.envelope.transactionId().value();
        UUID id = event.key();
        return timeline ? new Object[] {saga, id, event.json} : new Object[] {saga, id};
    }

    private Mono<Void> signalAfterCommit(List<LoggedEvent> events) {
        return Transactions.onceCommitted(() -> signals.ring(
                events.stream().map(event -> event.envelope.transactionId()).toList()));
    }

    /**
     * Completes once a transaction of this process that recorded an event of the saga has committed after this call. It
     * also completes for some other sagas, which share its signal. Other instances do not cause a signal, so the caller
     * must also query from time to time.
     */
    public Mono<Void> news(TransactionId saga) {
        return signals.listen(saga);
    }

    /** Returns all events of one saga, oldest first. The log must be a timeline. */
    public Flux<Entry> of(TransactionId saga) {
        byte[] key = saga.text().getBytes(StandardCharsets.US_ASCII);
        return sql.rows(
                        "SELECT event FROM event_log WHERE transaction_id = ? AND event IS NOT NULL",
                        List.of(saga.value()),
                        row -> entry(codec.decode(key, Sql.get(row, "event", byte[].class))))
                .sort(OLDEST_FIRST);
    }

    /** Returns the trace context of one event of each of these sagas. The log must be a timeline. */
    public Mono<Map<TransactionId, String>> traces(List<TransactionId> sagas) {
        return sql.rows(
                        "SELECT event FROM event_log WHERE transaction_id IN (" + Sql.marks(sagas)
                                + ") AND event IS NOT NULL",
                        sagas.stream().map(TransactionId::value).toList(),
                        row -> Optional.ofNullable(EventHead.of(Sql.get(row, "event", byte[].class))))
                .mapNotNull(head -> head.orElse(null))
                .filter(head -> head.traceparent() != null)
                .collectMap(EventHead::saga, head -> requireNonNull(head.traceparent()));
    }

    private Entry entry(Envelope envelope) {
        SagaEvent event = envelope.event();
        return new Entry(
                envelope.time(),
                event.type(),
                envelope.source(),
                envelope.id(),
                envelope.causationId(),
                event.detail(),
                codec.data(event));
    }
}
