package dev.saga.delivery.outbox;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How far a relay has come on one way through the outbox: rows that cannot be sent do not hold up those behind them. In
 * memory it is bounded by what the outbox may hold.
 *
 * @param after the last id read; 0 for none
 * @param left rows up to there that are still stored
 * @param held sagas of which something is still stored up to there: it goes first
 */
record RelayCursor(long after, Set<Long> left, Set<String> held) {
    static final RelayCursor START = new RelayCursor(0, Set.of(), Set.of());

    boolean isAtStart() {
        return after == 0;
    }

    /** Behind a page, of which these rows are still stored. */
    RelayCursor behind(List<OutboxBatch> page, List<OutboxBatch> kept) {
        Set<Long> rows = new HashSet<>(left);
        Set<String> sagas = new HashSet<>(held);
        for (OutboxBatch row : kept) {
            rows.add(row.id());
            row.events().forEach(event -> sagas.add(event.key()));
        }
        return new RelayCursor(page.getLast().id(), rows, sagas);
    }
}
