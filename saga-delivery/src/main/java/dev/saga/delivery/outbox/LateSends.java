package dev.saga.delivery.outbox;

import dev.saga.delivery.outbox.EventSender.Outgoing;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends that outlast their round: a partition without a leader keeps them for seconds, and all others go on meanwhile. A
 * saga has at most one. While it waits, nothing else goes to its partition.
 */
final class LateSends {
    /** Longer than any send takes; the outbox row of an older one is gone, or another relay has it. */
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

    /** What becomes of an event that is to be sent. */
    enum Fate {
        SEND,
        /** An earlier send of it has been acknowledged meanwhile. */
        ACKNOWLEDGED,
        /** An earlier send of it, or of another event of its saga, has no outcome yet. */
        WAIT
    }

    /** Asked once for each event of a round. */
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

    /** The events whose sends have no outcome yet. */
    synchronized List<Outgoing> waiting() {
        return bySaga.values().stream()
                .filter(late -> !late.acknowledged)
                .map(late -> late.event)
                .toList();
    }

    /** The round of these events is over, and they have no outcome yet. */
    synchronized void add(Collection<Outgoing> events) {
        long now = System.nanoTime();
        bySaga.values().removeIf(late -> now - late.since > FORGOTTEN.toNanos());
        events.forEach(event -> bySaga.put(event.key(), new Late(event)));
    }

    /** A late send has its outcome. A failed one is sent again. */
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
