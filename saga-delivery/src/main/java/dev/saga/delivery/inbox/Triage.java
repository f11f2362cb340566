package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.LetterQueries.Content;
import dev.saga.delivery.inbox.LetterQueries.LetterEffect;
import dev.saga.delivery.log.EventLog.LoggedEvent;
import dev.saga.event.Envelope;
import dev.saga.event.TransactionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A batch, divided by what happens to its records.
 *
 * @param live events to handle, each once
 * @param parked records to park
 * @param skipped if true, the batch has records that need neither, because another transaction or an earlier batch has
 *     handled them
 * @param assumed if true, it was assumed that there are no dead letters
 */
record Triage(List<LoggedEvent> live, List<Arrival> parked, boolean skipped, boolean assumed) {
    List<Envelope> envelopes() {
        return live.stream().map(LoggedEvent::envelope).toList();
    }

    /**
     * Divides a batch. A record behind a parked one of its saga is parked too, both within this batch and behind
     * earlier letters. A repetition of an event that already waits is not parked: handling the first one has the effect
     * of all.
     */
    static Triage of(List<Arrival> batch, LetterEffect effect) {
        Map<UUID, LoggedEvent> live = new LinkedHashMap<>();
        List<Arrival> parked = new ArrayList<>();
        Set<TransactionId> holds = new HashSet<>(effect.held());
        Set<Content> waiting = new HashSet<>(effect.waiting());
        for (Arrival arrival : batch) {
            LoggedEvent event = arrival.event();
            if (effect.resolved().contains(arrival.place())) {
                continue;
            }
            if (event != null && !holds.contains(event.envelope().transactionId())) {
                live.putIfAbsent(event.key(), event);
            } else if (event == null || waiting.add(Content.of(arrival))) {
                parked.add(arrival);
                holdSaga(arrival, holds);
            }
        }
        boolean skipped = live.size() + parked.size() < batch.size();
        return new Triage(List.copyOf(live.values()), parked, skipped, effect.assumed());
    }

    private static void holdSaga(Arrival arrival, Set<TransactionId> holds) {
        if (arrival.transactionId() != null) {
            holds.add(arrival.transactionId());
        }
    }
}
