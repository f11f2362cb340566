package dev.saga.delivery;

import dev.saga.events.Envelope;
import dev.saga.events.EventType;
import dev.saga.events.InventoryEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A participant whose state is a row for each event it has handled, and which answers each event. */
final class RecordingHandler implements EventHandler<Boolean> {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger committed = new AtomicInteger();

    /** What to fail with, after the state was written; null for success. */
    volatile Function<List<Envelope>, @Nullable Throwable> failure = batch -> null;

    private final Sql sql;

    RecordingHandler(Sql sql) {
        this.sql = sql;
    }

    @Override
    public Set<EventType> consumes() {
        return EnumSet.of(EventType.ORDER_CREATED, EventType.ORDER_CANCEL);
    }

    @Override
    public Mono<Boolean> load(List<Envelope> events) {
        return Mono.just(true);
    }

    @Override
    public Mono<Handled> handle(List<Envelope> fresh, Boolean loaded) {
        calls.incrementAndGet();
        List<Object[]> rows = new ArrayList<>();
        List<Said> said = new ArrayList<>();
        for (Envelope envelope : fresh) {
            rows.add(new Object[] {
                envelope.transactionId().text(),
                envelope.id().toString(),
                envelope.event().type().name()
            });
            said.add(Said.because(envelope, new InventoryEvent.Released(envelope.transactionId(), List.of())));
        }
        return sql.insert("INSERT INTO effect (transaction_id, event_id, type) VALUES", "(?,?,?)", rows, "")
                .then(Mono.defer(() -> {
                    Throwable error = failure.apply(fresh);
                    return error == null
                            ? Mono.just(new Handled(said, Transactions.onceCommitted(committed::incrementAndGet)))
                            : Mono.error(error);
                }));
    }
}
