package dev.saga.delivery.inbox;

import dev.saga.delivery.Trips;
import dev.saga.delivery.Trips.TripType;
import dev.saga.delivery.outbox.OutgoingEvent;
import dev.saga.delivery.sql.Sql;
import dev.saga.delivery.sql.Transactions;
import dev.saga.event.Envelope;
import dev.saga.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A participant that stores one row per handled event and publishes one event for each. */
public final class RecordingHandler implements EventHandler<Boolean> {
    public final AtomicInteger calls = new AtomicInteger();
    public final AtomicInteger committed = new AtomicInteger();

    /** Returns the failure of a batch after the state was written; null for success. */
    public volatile Function<List<Envelope>, @Nullable Throwable> failure = batch -> null;

    private final Sql sql;

    RecordingHandler(Sql sql) {
        this.sql = sql;
    }

    @Override
    public Set<EventType> consumes() {
        return Set.of(TripType.TRIP_REQUESTED, TripType.TRIP_DROPPED);
    }

    @Override
    public Mono<Boolean> load(List<Envelope> events) {
        return Mono.just(true);
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh, Boolean loaded) {
        calls.incrementAndGet();
        List<Object[]> rows = new ArrayList<>();
        List<OutgoingEvent> outgoing = new ArrayList<>();
        for (Envelope envelope : fresh) {
            rows.add(new Object[] {
                envelope.transactionId().value(),
                envelope.id(),
                envelope.event().type().name()
            });
            outgoing.add(OutgoingEvent.because(envelope, Trips.booked(envelope.transactionId())));
        }
        return sql.insert("INSERT INTO effect (transaction_id, event_id, type) VALUES", "(?,?,?)", rows, "")
                .then(Mono.defer(() -> {
                    Throwable error = failure.apply(fresh);
                    return error == null
                            ? Mono.just(new Handled(outgoing, Transactions.onceCommitted(committed::incrementAndGet)))
                            : Mono.error(error);
                }));
    }
}
