package dev.saga.delivery.outbox;

import java.util.List;

/**
 * The start of a relay's round.
 *
 * @param cursor the position from which the round reads
 * @param sent rows that were sent and are still stored
 * @param deletesSent if true, the round first deletes these rows: there are many of them, they are in the way, or the
 *     relay is idle
 */
record RelayRound(RelayCursor cursor, List<Long> sent, boolean deletesSent) {
    static final RelayRound FIRST = new RelayRound(RelayCursor.START, List.of(), false);
}
