package dev.saga.delivery;

import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import dev.saga.events.TransactionId;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
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
    private static final String TIMELINE =
            "INSERT IGNORE INTO event_log (transaction_id, event_id, type, source, causation_id, time, detail, data)"
                    + " VALUES";
    private static final int LONGEST_DETAIL = 500;

    /**
     * One event of a saga, for people.
     *
     * @param detail what it says, in a few words of at most 500 characters
     * @param data what it says, as JSON; null where it was recorded before the log kept that
     */
    public record Entry(
            Instant time,
            EventType type,
            String source,
            UUID eventId,
            @Nullable UUID causationId,
            String detail,
            @Nullable String data) {}

    private final Sql sql;
    private final EventCodec codec;
    private final SagaBells bells = new SagaBells();
    private final boolean timeline;

    EventLog(Sql sql, EventCodec codec, boolean timeline) {
        this.sql = sql;
        this.codec = codec;
        this.timeline = timeline;
    }

    /** Whether what the service says is to be added too. */
    boolean isTimeline() {
        return timeline;
    }

    /** Records events; answers the ids of those that were not recorded before. Waits for a rival that records them now. */
    Mono<Set<UUID>> add(List<Envelope> events) {
        return sql.insertReturning(
                        timeline ? TIMELINE : INBOX,
                        timeline ? "(?,?,?,?,?,?,?,?)" : "(?,?)",
                        rows(events),
                        "RETURNING event_id",
                        row -> UUID.fromString(Sql.get(row, "event_id", String.class)))
                .<Set<UUID>>collect(HashSet::new, Set::add)
                .delayUntil(fresh -> timeline ? announced(events) : Mono.empty());
    }

    private Mono<Void> announced(List<Envelope> events) {
        return Transactions.onceCommitted(
                () -> bells.ring(events.stream().map(Envelope::transactionId).toList()));
    }

    /**
     * Completes once a transaction of this process has committed after this call that recorded something of the saga, or
     * of one that shares its bell. What other instances record is not told: look now and then.
     */
    public Mono<Void> news(TransactionId saga) {
        return bells.listen(saga);
    }

    private List<@Nullable Object[]> rows(List<Envelope> events) {
        return events.stream().map(this::row).toList();
    }

    private @Nullable Object[] row(Envelope event) {
        return timeline
                ? described(event)
                : new @Nullable Object[] {event.transactionId().value(), event.id()};
    }

    private @Nullable Object[] described(Envelope event) {
        String detail = event.event().detail();
        return new @Nullable Object[] {
            event.transactionId().value(),
            event.id(),
            event.event().type().name(),
            event.source(),
            event.causationId(),
            event.time(),
            detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL - 1) + "…",
            codec.data(event.event())
        };
    }

    /** All events of one saga, oldest first; the log must be a timeline. */
    public Flux<Entry> of(TransactionId transactionId) {
        return sql.rows(
                "SELECT time, type, source, event_id, causation_id, detail, data FROM event_log WHERE transaction_id = ?"
                        + " ORDER BY time, event_id",
                List.of(transactionId.value()),
                row -> new Entry(
                        Sql.instant(row, "time"),
                        EventType.valueOf(Sql.get(row, "type", String.class)),
                        Sql.get(row, "source", String.class),
                        UUID.fromString(Sql.get(row, "event_id", String.class)),
                        uuid(row.get("causation_id", String.class)),
                        Sql.get(row, "detail", String.class),
                        row.get("data", String.class)));
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return text == null ? null : UUID.fromString(text);
    }
}
