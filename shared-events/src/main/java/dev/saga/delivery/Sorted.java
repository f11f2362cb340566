package dev.saga.delivery;

import dev.saga.delivery.EventLog.Heard;
import dev.saga.delivery.Standings.Standing;
import dev.saga.events.Envelope;
import dev.saga.events.TransactionId;
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
 */
record Sorted(List<Heard> live, List<Arrival> parked) {
    List<Envelope> envelopes() {
        return live.stream().map(Heard::envelope).toList();
    }

    /** A record behind a parked one of its saga is parked too, whether that was in this batch or long ago. */
    static Sorted of(List<Arrival> batch, Standing standing) {
        Map<UUID, Heard> live = new LinkedHashMap<>();
        List<Arrival> parked = new ArrayList<>();
        Set<TransactionId> holds = new HashSet<>(standing.held());
        for (Arrival arrival : batch) {
            if (standing.resolved().contains(arrival.place())) {
                continue;
            }
            Envelope envelope = arrival.envelope();
            if (envelope != null && !holds.contains(envelope.transactionId())) {
                live.putIfAbsent(envelope.id(), arrival.heard());
                continue;
            }
            parked.add(arrival);
            if (arrival.transactionId() != null) {
                holds.add(arrival.transactionId());
            }
        }
        return new Sorted(List.copyOf(live.values()), parked);
    }
}
