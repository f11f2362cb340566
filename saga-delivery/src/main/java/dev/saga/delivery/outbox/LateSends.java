package dev.saga.delivery.outbox;

import dev.saga.delivery.outbox.EventSender.Outgoing;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the sends that take longer than their round, for instance because a partition has no leader; other partitions
 * continue meanwhile. A saga has at most one late send. While a send is late, nothing else is sent to its partition.
 */
final class LateSends {
    /** Longer than any send takes. The outbox row of an older send is gone, or another relay has it. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(5);

    private static final class Late {
        private final Outgoing event;
        private final long since = System.nanoTime();
        private boolean acknowledged;

        Late(Outgoing event) {
            this.event = event;
        }

        boolean is(Outgoing other) {
            return event.topic().equals(other.topic()) && Arrays.equals(event.payload(), other.payload());
        }
    }

    private final Map<String, Late> bySaga = new HashMap<>();

    /** The decision about an event that is to be sent. */
    enum Fate {
        SEND,
        /** An earlier send of the event was acknowledged in the meantime. */
        ACKNOWLEDGED,
        /** An earlier send of the event, or of another event of its saga, has no result yet. */
        WAIT
    }

    /** Decides if an event can be sent; called once per event of a round. */
    synchronized Fate fate(Outgoing event) {
        Late late = bySaga.get(event.key());
        if (late == null) {
            return Fate.SEND;
        }
        if (!late.acknowledged) {
            return Fate.WAIT;
        }
        bySaga.remove(event.key());
        return late.is(event) ? Fate.ACKNOWLEDGED : Fate.SEND;
    }

    /** Returns the events whose sends have no result yet. */
    synchronized List<Outgoing> waiting() {
        return bySaga.values().stream()
                .filter(late -> !late.acknowledged)
                .map(late -> late.event)
                .toList();
    }

    /** Adds events that have no result at the end of their round. */
    synchronized void add(Collection<Outgoing> events) {
        long now = System.nanoTime();
        bySaga.values().removeIf(late -> now - late.since > FORGOTTEN.toNanos());
        events.forEach(event -> bySaga.put(event.key(), new Late(event)));
    }

    /** Stores the result of a late send. A failed send is repeated. */
    synchronized void settle(Outgoing event, boolean acknowledged) {
        Late late = bySaga.get(event.key());
        if (late != null && late.is(event)) {
            late.acknowledged = acknowledged;
            if (!acknowledged) {
                bySaga.remove(event.key());
            }
        }
    }
}
