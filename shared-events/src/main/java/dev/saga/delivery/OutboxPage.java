package dev.saga.delivery;

import dev.saga.delivery.EventSender.Outgoing;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a relay reads next: from the beginning, or behind rows that could not be sent, so that a full page of them does
 * not hold up the rest.
 *
 * @param after the id behind which it reads
 * @param held sagas with a row that was passed over: their later rows wait; no more than the outbox has rows
 */
record OutboxPage(long after, Set<String> held) {
    static final OutboxPage FIRST = new OutboxPage(0, Set.of());

    OutboxPage behind(List<Outgoing> rows, Set<Long> acknowledged) {
        Set<String> all = new HashSet<>(held);
        rows.stream().filter(row -> !acknowledged.contains(row.id())).forEach(row -> all.add(row.key()));
        return new OutboxPage(rows.getLast().id(), all);
    }
}
