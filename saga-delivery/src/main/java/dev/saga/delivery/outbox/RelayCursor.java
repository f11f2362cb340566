package dev.saga.delivery.outbox;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The position of a relay in one pass through the outbox. Rows that cannot be sent do not delay the rows behind them.
 * The limit of the outbox bounds its size in memory.
 *
 * @param after the last id that was read; 0 for none
 * @param left rows up to this id that are still stored
 * @param held sagas with a stored event up to this id; that event is sent first
 */
record RelayCursor(long after, Set<Long> left, Set<String> held) {
    static final RelayCursor START = new RelayCursor(0, Set.of(), Set.of());

    boolean isAtStart() {
        return after == 0;
    }

    /** Returns the position after a page of which these rows are still stored. */
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
