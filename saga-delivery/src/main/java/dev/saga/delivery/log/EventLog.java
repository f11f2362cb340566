package dev.saga.delivery.log;

import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.delivery.wire.EventCodec;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import dev.saga.event.SagaEvent;
import dev.saga.event.TransactionId;
import io.r2dbc.spi.Row;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The events that this service has handled, its inbox: one narrow row each, next to the others of its saga. The primary
 * key makes an event take effect once. Where configured the log is a timeline: it then has what the service said as well,
 * and what each event was.
 */
public final class EventLog {
    private static final String INBOX = "INSERT IGNORE INTO event_log (transaction_id, event_id) VALUES";
    private static final String TIMELINE = "INSERT IGNORE INTO event_log (transaction_id, event_id, event) VALUES";
    private static final Comparator<Entry> OLDEST_FIRST =
            Comparator.comparing(Entry::time).thenComparing(Entry::eventId);

    /**
     * One event of a saga, for people.
     *
     * @param detail what it says, in a few words
     * @param data what it says, as JSON
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
     * An event to be recorded.
     *
     * @param json as it travels
     */
    public record LoggedEvent(Envelope envelope, byte[] json) {
        /** The event's identity in the log: its source and its id together, as CloudEvents says. */
        public UUID key() {
            String source = envelope.source();
            String identity = source.length() + source + envelope.id();
            return UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * What came of recording events.
     *
     * @param fresh keys of those that were not recorded before
     * @param lettersExist if true, there are dead letters, resolved ones included; false if nothing is fresh
     */
    public record Recorded(Set<UUID> fresh, boolean lettersExist) {}

    private final Sql sql;
    private final EventCodec codec;
    private final SagaSignals bells = new SagaSignals();
    private final boolean timeline;

    public EventLog(Sql sql, EventCodec codec, boolean timeline) {
        this.sql = sql;
        this.codec = codec;
        this.timeline = timeline;
    }

    /** Whether what the service says is to be added too. */
    public boolean isTimeline() {
        return timeline;
    }

    /** Records events, each once. Waits for a rival that records them now. */
    public Mono<Recorded> add(List<LoggedEvent> events) {
        return sql.insertReturning(
                        timeline ? TIMELINE : INBOX,
                        timeline ? "(?,?,?)" : "(?,?)",
                        events.stream().map(this::row).toList(),
                        "RETURNING event_id, EXISTS (SELECT 1 FROM dead_letter) AS letters",
                        EventLog::fresh)
                .collectList()
                .map(fresh -> new Recorded(
                        fresh.stream().map(Fresh::eventId).collect(Collectors.toSet()),
                        fresh.stream().anyMatch(Fresh::lettersExist)))
                .delayUntil(recorded -> timeline ? announced(events) : Mono.empty());
    }

    private record Fresh(UUID eventId, boolean lettersExist) {}

    private static Fresh fresh(Row row) {
        return new Fresh(
                UUID.fromString(Sql.get(row, "event_id", String.class)), Sql.get(row, "letters", Integer.class) == 1);
    }

    private Object[] row(LoggedEvent event) {
        UUID saga = event.envelope.transactionId().value();
        UUID id = event.key();
        return timeline ? new Object[] {saga, id, event.json} : new Object[] {saga, id};
    }

    private Mono<Void> announced(List<LoggedEvent> events) {
        return Transactions.onceCommitted(() -> bells.ring(
                events.stream().map(event -> event.envelope.transactionId()).toList()));
    }

    /**
     * Completes once a transaction of this process has committed after this call that recorded something of the saga, or
     * of one that shares its bell. What other instances record is not told: look now and then.
     */
    public Mono<Void> news(TransactionId saga) {
        return bells.listen(saga);
    }

    /** All events of one saga, oldest first; the log must be a timeline. */
    public Flux<Entry> of(TransactionId saga) {
        byte[] key = saga.text().getBytes(StandardCharsets.US_ASCII);
        return sql.rows(
                        "SELECT event FROM event_log WHERE transaction_id = ? AND event IS NOT NULL",
                        List.of(saga.value()),
                        row -> entry(codec.decode(key, Sql.get(row, "event", byte[].class))))
                .sort(OLDEST_FIRST);
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
