package dev.saga.delivery.inbox;

import dev.saga.delivery.inbox.Standings.Content;
import dev.saga.delivery.inbox.Standings.Standing;
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
 * What a batch comes to, once it is known which sagas are held.
 *
 * @param live events to be handled, each once
 * @param parked records to be parked
 * @param skipped if true, the batch has records that need neither: a rival or an earlier batch has done what they ask for
 */
record Triage(List<LoggedEvent> live, List<Arrival> parked, boolean skipped) {
    List<Envelope> envelopes() {
        return live.stream().map(LoggedEvent::envelope).toList();
    }

    /**
     * A record behind a parked one of its saga is parked too, if that was in this batch or long ago. The repetition of an
     * event that waits already is not: handling the first of them has the effect of all.
     */
    static Triage of(List<Arrival> batch, Standing standing) {
        Map<UUID, LoggedEvent> live = new LinkedHashMap<>();
        List<Arrival> parked = new ArrayList<>();
        Set<TransactionId> holds = new HashSet<>(standing.held());
        Set<Content> waiting = new HashSet<>(standing.waiting());
        for (Arrival arrival : batch) {
            LoggedEvent event = arrival.event();
            if (standing.resolved().contains(arrival.place())) {
                continue;
            }
            if (event != null && !holds.contains(event.envelope().transactionId())) {
                live.putIfAbsent(event.key(), event);
            } else if (event == null || waiting.add(Content.of(arrival))) {
                parked.add(arrival);
                holdSaga(arrival, holds);
            }
        }
        return new Triage(List.copyOf(live.values()), parked, live.size() + parked.size() < batch.size());
    }

    private static void holdSaga(Arrival arrival, Set<TransactionId> holds) {
        if (arrival.transactionId() != null) {
            holds.add(arrival.transactionId());
        }
    }
}
